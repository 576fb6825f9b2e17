{%- set absent_columns = columns_of_no_source() %}
{%- set word_kinds = placeholder_kinds() %}
{%- for name in ['visitor_id'] + absent_columns %}
{%- do word_kinds.pop(name, none) %}
{%- endfor %}
{%- set device_columns = device_columns() %}
{%- set device_columns_given = device_columns | reject('in', absent_columns) | list %}

with

events as (

    select
        {%- for column in event_columns() %}
        {{ trimmed_text(column) }} as {{ column.name }},
        {%- endfor %}
        event_name_given,
        load_checksum,
        delivered_id,
        delivery_number,
        arrived_first

    from {{ ref('int_events_deduplicated') }}

    {{ optimization_fence() }}

),

placeholders as (

    select * from {{ ref('stg_seeds__placeholder_values') }}

),

device_names as (

    select * from {{ ref('stg_seeds__device_names') }}

),

urls as (

    select
        urls.*,
        url_hosts.domain_name

    from {{ ref('int_lookup_urls') }} as urls
    left join {{ ref('int_lookup_hosts') }} as url_hosts
        on urls.host_name = url_hosts.host_name

),

-- words for nothing are null, devices have the names that models know, and a URL is
-- looked up in its parts
events_cleaned as (

    select
        {%- for name in event_columns() | map(attribute='name')
            if name not in word_kinds and name not in device_columns %}
        events.{{ name }},
        {%- endfor %}
        {%- for name in word_kinds %}
        case when {{ name }}_words.word is null then events.{{ name }} end
            as {{ name }},
        {%- endfor %}
        {%- for name in device_columns %}
        {{
            given_device_name(name) if name in device_columns_given
            else 'events.' ~ name
        }} as given_{{ name }},
        {%- endfor %}
        events.event_name_given,
        events.load_checksum,
        events.delivered_id,
        events.delivery_number,
        events.arrived_first,
        pages.url_key as page_url_key,
        pages.host_name as page_host,
        pages.domain_name as page_domain,
        pages.url_path as page_path,
        pages.page_group,
        pages.utm_source,
        pages.utm_medium,
        pages.utm_campaign,
        pages.utm_term,
        pages.utm_content,
        pages.click_id_name as page_click_id_name,
        referrers.host_name as referrer_host,
        -- the host of an app is its package name
        case
            when events.referrer_url like 'android-app:%' then referrers.host_name
            else referrers.domain_name
        end as referrer_domain

    from events
    left join urls as pages
        on events.page_url = pages.url
    left join urls as referrers
        on events.referrer_url = referrers.url
    {%- for name, kind in word_kinds.items() %}
    left join placeholders as {{ name }}_words
        on
            {{ name }}_words.kind = '{{ kind }}'
            and {{ lower_ascii('events.' ~ name) }} = {{ name }}_words.word
    {%- endfor %}
    {%- for name in device_columns_given %}
    left join device_names as {{ name }}_names
        on
            {{ name }}_names.kind = '{{ name }}'
            and {{ lower_ascii('events.' ~ name) }} = {{ name }}_names.given_name
    {%- endfor %}

)

select * from events_cleaned

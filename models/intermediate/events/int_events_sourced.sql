with

events as (

    select * from {{ ref('int_events_classified') }}

),

events_with_queries as (

    select
        *,
        {{ url_query('page_url') }} as page_query

    from events

    {{ optimization_fence() }}

),

-- the parts of URLs, which no later model parses again
events_with_url_parts as (

    select
        *,
        {{ url_host('page_url') }} as page_host,
        {{ url_path('page_url') }} as page_path,
        {{ url_host('referrer_url') }} as referrer_host,
        {%- for field in ['source', 'medium', 'campaign', 'term', 'content'] %}
        {{ query_parameter('page_query', 'utm_' ~ field) }} as utm_{{ field }},
        {%- endfor %}
        {{ click_id_name('page_query') }} as page_click_id_name

    from events_with_queries

    {{ optimization_fence() }}

),

-- a site owns the registrable domain of its page, with all hosts below it
events_with_domains as (

    select
        events.*,
        page_hosts.domain_name as page_domain,
        -- the host of an app is its package name
        case
            when events.referrer_url like 'android-app:%' then events.referrer_host
            else referrer_hosts.domain_name
        end as referrer_domain

    from events_with_url_parts as events
    left join {{ ref('int_lookup_hosts') }} as page_hosts
        on events.page_host = page_hosts.host_name
    left join {{ ref('int_lookup_hosts') }} as referrer_hosts
        on events.referrer_host = referrer_hosts.host_name

),

-- every name that may be a source, evaluated once
source_names as (

    select * from {{ ref('int_lookup_referrers') }}

),

-- the place that an event's source is taken from as a whole: the first that names one
events_with_source_place as (

    select
        events.*,
        referrers.referrer_source,
        referrers.referrer_medium,
        case
            when {{ names_a_source('traffic') }}
                then 'columns'
            when {{ names_a_source('utm') }}
                then 'utm'
            when events.page_click_id_name is not null
                then 'click_id'
            when
                events.referrer_host is not null
                and not referrers.is_own_domain
                and not referrers.is_excluded
                and not {{ is_host_within_domain(
                    'events.referrer_host', 'events.page_domain'
                ) }}
                then 'referrer'
        end as source_place

    from events_with_domains as events
    left join source_names as traffic_sources
        on events.traffic_source = traffic_sources.source_name
    left join source_names as utm_sources
        on events.utm_source = utm_sources.source_name
    left join source_names as referrers
        on events.referrer_host = referrers.source_name

)

select * from events_with_source_place

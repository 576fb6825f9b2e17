{%- do check_models_of_sources() %}
{%- set given = [] %}
{%- for folder in event_sources(setting('event_sources')) %}
{%- do given.append(
    source('raw', 'events') if folder == 'generic' else ref('stg_' ~ folder ~ '__events')
) %}
{%- endfor %}
{%- do check_sources_of_own_columns(given) %}
with

{% for source in event_sources(setting('event_sources')) %}
{{ source }}_events as (

    select
        {{ typed_columns(ref('stg_' ~ source ~ '__events')) | join(',\n        ') }},
        {{ load_checksum_of(source) }} as load_checksum,
        '{{ source }}' as staging_folder

    from {{ ref('stg_' ~ source ~ '__events') }}

),

{% endfor %}
events as (
    {% for source in event_sources(setting('event_sources')) %}
    select * from {{ source }}_events
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

events_combined as (

    select
        coalesce(site_id, 'default') as site_id,
        {{ timestamp_or_null('loaded_at') }} as loaded_at,
        {%- for name in event_columns() | map(attribute='name')
            if name not in ['site_id', 'loaded_at', 'event_source'] %}
        {{ name }},
        {%- endfor %}
        coalesce({{ text_or_null('event_source') }}, staging_folder) as event_source,
        load_checksum,
        staging_folder,
        -- as loaded, so that the filter for new rows is pushed down to the scan
        loaded_at as loaded_at_given

    from events

),

-- a row that says it is loaded in the future waits until then: its loaded_at would hide
-- all rows that arrive in between. Loads that are compared are not found by loaded_at
events_arrived as (

    select * from events_combined

    where
        loaded_at is null
        or loaded_at <= {{ current_timestamp_utc() }}
        or {{ is_of_compared_loads() }}

)

select * from events_arrived

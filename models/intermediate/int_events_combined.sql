{%- set columns = [
    'event_id', 'visitor_id', 'user_id',
    'event_name', 'event_at', 'event_sequence',
    'page_url', 'referrer_url', 'user_agent', 'ip_address', 'country',
    'traffic_source', 'traffic_medium', 'traffic_campaign',
    'traffic_term', 'traffic_content',
    'order_id', 'revenue', 'currency', 'product_id', 'quantity',
] -%}

with

events as (
    {% for source in event_sources(var('event_sources')) %}
    select
        site_id,
        loaded_at,
        {{ columns | join(',\n        ') }}

    from {{ ref('stg_' ~ source ~ '__events') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

events_combined as (

    select
        coalesce(site_id, 'default') as site_id,
        {{ timestamp_or_null('loaded_at') }} as loaded_at,
        -- as it was given, so that new rows are found without reading old ones
        loaded_at as loaded_at_given,
        {{ columns | join(',\n        ') }}

    from events

)

select * from events_combined

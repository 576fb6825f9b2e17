{%- set steps = funnel_conditions() -%}
{%- set columns = columns_of_conditions(steps | map(attribute='condition')) -%}

with

events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
    {% if existing_relation('int_sessions_enriched') %}
        and {{ in_affected_island('int_sessions_enriched') }}
    {% endif %}

),

{% if columns -%}
-- what steps of the funnel look at, apart from names
wide_events as (

    select
        event_key,
        {{ columns | join(',\n        ') }}

    from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if existing_relation('int_sessions_enriched') %}
        and {{ is_event_of('events', 'loaded_date') }}
    {% endif %}

),

events_with_columns as (

    select
        events.*,
        wide_events.{{ columns | join(',\n        wide_events.') }}

    from wide_events
    inner join events
        on wide_events.event_key = events.event_key

),

{% endif -%}
sessions_counted as (

    select
        session_key,
        visitor_key,
        max(island_session_number) as island_session_number,
        max(start_reason) as start_reason,
        min(event_at) as session_started_at,
        max(event_at) as session_ended_at,
        max(case when is_activity then event_at end) as last_activity_at,
        count(case when is_ending then 1 end) > 0 as has_left,
        count(*) as event_count,
        count(case when event_name = 'page_view' and not is_repeated then 1 end)
            as page_view_count,
        count(case when event_name = 'click' then 1 end) as click_count,
        count(case when event_name = 'product_view' then 1 end) as product_view_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when event_name = 'begin_checkout' then 1 end) as checkout_count,
        count(case when event_name = 'purchase' then 1 end) as purchase_count,
        max({{ funnel_step_number(steps) | indent(8) }}) as furthest_step_number

    from {{ 'events_with_columns' if columns else 'events' }}

    group by session_key, visitor_key

)

select * from sessions_counted

{{ config(partition_and_cluster_by('event_date', keys=['event_key', 'visitor_key'])) }}

with

-- an order counts even if its event has no session
sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        {{ is_order_event() }}
        and coalesce(exclusion_reason, 'no_session') = 'no_session'
    {% if is_incremental() %}
        and {{ in_affected_island('int_order_events') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        {{ is_order_event() }}
        and exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('sessionized_events', 'loaded_date') }}
    {% endif %}

),

-- an order counts without a visitor too
events_without_visitor as (

    select * from {{ ref('int_events_enriched') }}

    where
        {{ is_order_without_visitor() }}
    {% if is_incremental() %}
        and {{ is_new_to('int_order_events') }}
    {% endif %}

),

events_with_session as (

    select
        events.*,
        sessionized_events.session_key

    from events
    inner join sessionized_events
        on events.event_key = sessionized_events.event_key

    union all

    select
        *,
        {{ null_key() }} as session_key

    from events_without_visitor

),

order_events as (

    select
        event_key,
        visitor_key,
        {{ order_key() }} as order_key,
        site_id,
        order_id,
        visitor_id,
        session_key,
        event_name,
        event_at,
        event_sequence,
        event_id,
        event_date,
        revenue,
        currency,
        tax,
        shipping,
        discount,
        coupon

    from events_with_session

)

select * from order_events

{{ sort_output_by('event_date') }}

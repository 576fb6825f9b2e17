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

order_events as (

    select
        events.event_key,
        events.visitor_key,
        {{ order_key('events.') }} as order_key,
        events.site_id,
        events.order_id,
        events.visitor_id,
        sessionized_events.session_key,
        events.event_name,
        events.event_at,
        events.event_sequence,
        events.event_id,
        events.event_date,
        events.revenue,
        events.currency

    from events
    inner join sessionized_events
        on events.event_key = sessionized_events.event_key

)

select * from order_events

{{ sort_output_by('event_date') }}

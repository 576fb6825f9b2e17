{{ config(laid_out_by('local_day', keys=['event_key', 'visitor_key'])) }}

with

-- money moves though no visit does: what has no session counts as well
sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        {{ is_order_event() }}
        and coalesce(exclusion_reason, 'no_session') = 'no_session'
    {% if is_incremental() %}
        and {{ is_pending('int_order_events') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        {{ is_order_event() }}
        and exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('sessionized_events', 'loaded_day') }}
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
        events.local_day,
        events.revenue,
        events.currency

    from events
    inner join sessionized_events
        on events.event_key = sessionized_events.event_key

)

select * from order_events

{{ lie_together_by('local_day') }}

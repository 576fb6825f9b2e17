{{ config(
    materialized='incremental',
    incremental_strategy='replace_scope',
    meta={'built_from': 'int_events_sessionized', 'told_by': ['revenue']},
    **laid_out_by('local_day', keys=['event_key', 'visitor_key'])
) }}
{%- set is_needed, is_read = (
    is_pending('int_order_events'), is_event_of('sessionized_events', 'loaded_day')
) if built('int_order_events') else ('true', 'true') -%}

with

-- money moves though no visit does: what has no session counts as well
sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        {{ is_order_event() }}
        and coalesce(exclusion_reason, 'no_session') = 'no_session'
        and {{ is_needed }}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        {{ is_order_event() }}
        and exclusion_reason is null
        and {{ is_read }}

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

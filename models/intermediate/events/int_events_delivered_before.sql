{%- set built_events = existing_relation('int_events_enriched') -%}

with

{% if built_events %}
arrived_keys as (

    select distinct {{ event_key() }} as event_key

    from {{ ref('int_events_this_run') }}

    where not {{ is_invalid() }}

),

moments_arrived as (

    select distinct
        event_source,
        loaded_at

    from {{ ref('int_events_this_run') }}

),

-- one narrow column is searched; what is read again is no other delivery but the same
deliveries as (

    select
        events.site_id,
        events.event_id,
        events.event_source,
        min(events.loaded_at) as loaded_at

    from {{ built_events }} as events
    left join moments_arrived
        on
            events.event_source = moments_arrived.event_source
            and events.loaded_at = moments_arrived.loaded_at

    where
        events.event_key in (select event_key from arrived_keys)
        and moments_arrived.event_source is null
        and {{ has_watermark('int_events_enriched') }}

    group by events.site_id, events.event_id, events.event_source

),
{% else %}
-- nothing is built yet
deliveries as (

    select
        site_id,
        event_id,
        event_source,
        loaded_at

    from {{ ref('int_events_this_run') }}

    where false

),
{% endif %}

events_known as (

    select
        *,
        row_number() over (
            partition by site_id, event_id
            order by loaded_at, {{ collate_binary('event_source') }}
        ) = 1 as is_first

    from deliveries

)

select * from events_known

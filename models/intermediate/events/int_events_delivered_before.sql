{%- set built_events = existing_relation('int_events_enriched') -%}

with

{% if built_events %}
-- which rows are invalid is not known yet: their events have no canonical names
keys_of_this_run as (

    select distinct {{ event_key() }} as event_key

    from {{ ref('int_events_this_run') }}

    where event_id is not null

),

loads_of_this_run as (

    select
        event_source,
        loaded_at

    from {{ ref('int_events_this_run') }}

    union distinct

    select
        event_source,
        loaded_at

    from {{ ref('int_changed_loads') }}

),

-- the semi-join scans one narrow column; a row that is read again is not another
-- delivery, and one of a load that is gone does not count
deliveries as (

    select
        events.site_id,
        events.event_id,
        events.event_source,
        min(events.loaded_at) as loaded_at

    from {{ built_events }} as events
    left join loads_of_this_run
        on
            events.event_source = loads_of_this_run.event_source
            and events.loaded_at = loads_of_this_run.loaded_at

    where
        events.event_key in (select event_key from keys_of_this_run)
        and loads_of_this_run.event_source is null
        and not {{ is_withdrawn('events.') }}
        and {{ has_current_entry('int_events_enriched') }}

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

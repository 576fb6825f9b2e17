{{ config(**rebuilt_each_run()) }}
{%- set built_events = existing_relation('int_events_enriched') -%}
{%- set compares_loads = sources_that_compare_loads() | length > 0 -%}

with

{% if built_events %}
watermarks as (

    select * from {{ ref('int_watermarks_pending') }}

),

changed_loads as (

    select * from {{ ref('int_changed_loads') }}

),

events_not_built as (

    select events.*

    from {{ ref('stg_events') }} as events
    inner join watermarks
        on events.event_source = watermarks.event_source

    where
        {{ is_dated() }}
        and not {{ is_of_compared_loads() }}
        and events.loaded_at_given >= (select min(arrived_from) from watermarks)
        and events.loaded_at_given >= watermarks.arrived_from

    union all

    select * from {{ ref('stg_events') }}

    where
        not {{ is_dated() }}
        and event_source in (
            select event_source from watermarks
            where has_other_undated_rows
        )
    {%- if compares_loads %}

    union all

    select events.*

    from {{ ref('stg_events') }} as events
    inner join changed_loads
        on
            events.event_source = changed_loads.event_source
            and events.loaded_at_given = changed_loads.loaded_at

    where
        {{ is_of_compared_loads() }}
        and not changed_loads.is_gone
        and events.loaded_at_given in (select loaded_at from changed_loads)
    {%- endif %}

),

-- a late source may bring the first delivery of an event that is built already
events_behind as (

    select distinct
        {{ event_key('events.') }} as event_key,
        events.event_source,
        events.loaded_at

    from events_not_built as events
    inner join watermarks
        on
            events.event_source != watermarks.event_source
            and events.loaded_at <= watermarks.newest_loaded_at
    {%- if compares_loads %}

    union distinct

    -- and so may a load that is read again, which may have lost it as well
    select
        {{ event_key() }} as event_key,
        event_source,
        loaded_at
    from events_not_built
    where {{ is_of_compared_loads() }}

    union distinct

    select
        built_events.event_key,
        built_events.event_source,
        built_events.loaded_at
    from {{ built_events }} as built_events
    inner join changed_loads
        on
            built_events.event_source = changed_loads.event_source
            and built_events.loaded_at = changed_loads.loaded_at
    where built_events.event_key is not null
    {%- endif %}

),

-- the later deliveries are then read again, to be classified as duplicates
loads_displaced as (

    select distinct
        built_events.event_source,
        built_events.loaded_at

    from {{ built_events }} as built_events
    inner join events_behind
        on built_events.event_key = events_behind.event_key

    where
        built_events.loaded_at >= (select min(loaded_at) from events_behind)
        and {{ is_delivered_before('events_behind', 'built_events') }}

),

events_new as (

    select * from events_not_built

    union all

    select events.*

    from {{ ref('stg_events') }} as events
    inner join loads_displaced
        on
            events.event_source = loads_displaced.event_source
            and events.loaded_at_given = loads_displaced.loaded_at
    inner join watermarks
        on events.event_source = watermarks.event_source
    {%- if compares_loads %}
    left join changed_loads
        on
            events.event_source = changed_loads.event_source
            and events.loaded_at_given = changed_loads.loaded_at
    {%- endif %}

    where
        events.loaded_at_given in (select loaded_at from loads_displaced)
    {%- if compares_loads %}
        and changed_loads.event_source is null
        and (
            {{ is_of_compared_loads() }}
            or events.loaded_at_given < watermarks.arrived_from
        )
    {%- else %}
        and events.loaded_at_given < watermarks.arrived_from
    {%- endif %}

)
{% else %}
-- nothing is built yet: everything is new
events_new as (

    select * from {{ ref('stg_events') }}

    where {{ keeps_all_new_events() }}

)
{% endif %}

select * from events_new

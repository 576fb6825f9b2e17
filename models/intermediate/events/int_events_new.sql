{{ config(**rebuilt_each_run()) }}
{%- set built_events = existing_relation('int_events_enriched') -%}
{%- set is_dated = (
    'loaded_at_given is not null and ' ~ is_valid_timestamp('loaded_at_given')
) -%}

with

{% if built_events %}
watermarks as (

    {{ watermarks_of('int_events_enriched') }}

),

-- an empty folder has no source: its missing watermark must not cause a backfill
sources as (
    {% for source in event_sources(var('event_sources')) %}
    {{ names_of_source(source) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- rows of the newest loaded_at are read again if more have arrived since
newest_rows as (

    select
        events.event_source,
        count(*) as row_count

    from {{ ref('int_events_unioned') }} as events
    inner join watermarks
        on
            events.event_source = watermarks.event_source
            and events.loaded_at_given = watermarks.newest_loaded_at

    where events.loaded_at_given in (select newest_loaded_at from watermarks)

    group by events.event_source

),

-- and rows without a loaded_at if their number has changed
undated_rows as (

    select
        event_source,
        count(*) as row_count

    from {{ ref('int_events_unioned') }}

    where not ({{ is_dated }})

    group by event_source

),

first_arrivals as (

    select
        sources.event_source,
        coalesce(
            case
                when newest_rows.row_count = watermarks.newest_row_count
                    then {{ timestamp_add(
                        'microsecond', 1, 'watermarks.newest_loaded_at'
                    ) }}
                else watermarks.newest_loaded_at
            end,
            {{ min_timestamp() }}
        ) as arrived_from,
        coalesce(undated_rows.row_count, 0) != coalesce(watermarks.undated_row_count, 0)
            as has_other_undated_rows

    from sources
    left join watermarks
        on sources.event_source = watermarks.event_source
    left join newest_rows
        on sources.event_source = newest_rows.event_source
    left join undated_rows
        on sources.event_source = undated_rows.event_source

),

events_not_built as (

    select events.*

    from {{ ref('int_events_unioned') }} as events
    inner join first_arrivals
        on events.event_source = first_arrivals.event_source

    where
        {{ is_dated }}
        and events.loaded_at_given >= (select min(arrived_from) from first_arrivals)
        and events.loaded_at_given >= first_arrivals.arrived_from

    union all

    select * from {{ ref('int_events_unioned') }}

    where
        not ({{ is_dated }})
        and event_source in (
            select event_source from first_arrivals
            where has_other_undated_rows
        )

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

    from {{ ref('int_events_unioned') }} as events
    inner join loads_displaced
        on
            events.event_source = loads_displaced.event_source
            and events.loaded_at_given = loads_displaced.loaded_at
    inner join first_arrivals
        on events.event_source = first_arrivals.event_source

    where
        events.loaded_at_given in (select loaded_at from loads_displaced)
        and events.loaded_at_given < first_arrivals.arrived_from

)
{% else %}
-- nothing is built yet: everything is new
events_new as (

    select * from {{ ref('int_events_unioned') }}

    where {{ keeps_all_new_events() }}

)
{% endif %}

select * from events_new

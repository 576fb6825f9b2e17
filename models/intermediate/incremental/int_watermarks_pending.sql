with

watermarks as (

    {{ watermarks_of('int_events_enriched') }}

),

-- an empty folder has no source: its missing watermark must not cause a backfill
sources as (

    {{ names_of_sources() | indent(4) }}

),

-- rows of the newest loaded_at are read again if more have arrived since
newest_rows as (

    select
        events.event_source,
        count(*) as row_count

    from {{ ref('stg_events') }} as events
    inner join watermarks
        on
            events.event_source = watermarks.event_source
            and events.loaded_at_given = watermarks.newest_loaded_at

    where
        not {{ is_of_compared_loads() }}
        and events.loaded_at_given in (
            select newest.newest_loaded_at from watermarks as newest
        )

    group by events.event_source

),

-- and rows without a loaded_at if their number has changed
undated_rows as (

    select
        event_source,
        count(*) as row_count

    from {{ ref('stg_events') }}

    where not {{ is_dated() }}

    group by event_source

),

first_arrivals as (

    select
        sources.event_source,
        watermarks.newest_loaded_at,
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

)

select * from first_arrivals

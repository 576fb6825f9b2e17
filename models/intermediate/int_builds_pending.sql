with

builds as (

    select * from {{ ref('int_builds') }}

),

-- rows may have come that share the newest moment a model knows
newest_rows as (

    select
        loaded_at,
        count(*) as row_count

    from {{ ref('int_events_enriched') }}

    where loaded_at in (select builds.newest_loaded_at from builds)

    group by loaded_at

),

undated_rows as (

    select count(*) as row_count

    from {{ ref('int_events_enriched') }}

    where loaded_at is null

),

builds_pending as (

    select
        builds.model_name,
        case
            when newest_rows.row_count = builds.newest_row_count
                then {{ moment_after('microsecond', 1, 'builds.newest_loaded_at') }}
            else builds.newest_loaded_at
        end as pending_from,
        undated_rows.row_count != builds.undated_row_count as has_undated_pending

    from builds
    left join newest_rows
        on builds.newest_loaded_at = newest_rows.loaded_at
    cross join undated_rows

)

select * from builds_pending

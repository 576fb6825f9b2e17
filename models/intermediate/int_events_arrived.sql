{{ config(**looked_up_often()) }}
{%- set built_events = built('int_events_enriched') -%}

with

{% if built_events %}
build as (

    select * from {{ ref('int_builds_current') }}

    where {{ is_entry_of('int_events_enriched') }}

),

-- rows at the newest moment that is built are read again when there are more by now
newest_rows as (

    select count(*) as row_count

    from {{ ref('int_events_combined') }}

    where loaded_at_given = (select newest_loaded_at from build)

),

first_arrival as (

    select
        case
            when newest_rows.row_count = build.newest_row_count
                then {{ moment_after('microsecond', 1, 'build.newest_loaded_at') }}
            else build.newest_loaded_at
        end as arrived_from

    from build
    cross join newest_rows

),

undated_rows as (

    select count(*) as row_count

    from {{ ref('int_events_combined') }}

    where loaded_at_given is null or not {{ is_moment('loaded_at_given') }}

),

-- the events are read by name each time: one import for all would be kept in memory whole
events_arrived as (

    select * from {{ ref('int_events_combined') }}

    where
        loaded_at_given >= coalesce(
            (select arrived_from from first_arrival), {{ first_moment() }}
        )
        and {{ is_moment('loaded_at_given') }}

    union all

    select * from {{ ref('int_events_combined') }}

    where
        (loaded_at_given is null or not {{ is_moment('loaded_at_given') }})
        and (select row_count from undated_rows)
        != coalesce((select undated_row_count from build), 0)

)
{% else %}
-- nothing is built yet
events_arrived as (

    select * from {{ ref('int_events_combined') }}

)
{% endif %}

select * from events_arrived

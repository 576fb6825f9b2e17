with

-- excluded or kept, new rows are counted on their day
days_of_new_rows as (

    select local_day

    from {{ ref('int_events_enriched') }}

    where {{ is_since('loaded_at', pending_from('fct_event_exclusions')) }}

),

days_of_undated_rows as (

    select local_day

    from {{ ref('int_events_enriched') }}

    where
        loaded_at is null
        and coalesce(
            (
                select builds.has_undated_pending
                from {{ ref('int_builds_pending') }} as builds
                where builds.model_name = 'fct_event_exclusions'
            ),
            true
        )

),

-- a late event may give an old one a session or take it away
days_of_islands as (

    select local_day

    from {{ ref('int_events_sessionized') }}

    where {{ is_pending('fct_event_exclusions') }}

),

days_pending as (

    select * from days_of_new_rows
    union distinct
    select * from days_of_undated_rows
    union distinct
    select * from days_of_islands

)

select * from days_pending

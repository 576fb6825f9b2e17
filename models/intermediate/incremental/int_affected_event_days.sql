with

-- new rows count on their day, whether excluded or kept
days_of_new_rows as (

    select event_date

    from {{ ref('int_events_enriched') }}

    where {{ is_new_to('fct_event_exclusions') }}

),

-- a late event may add an old one to a session or remove it from one
days_of_islands as (

    select event_date

    from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('fct_event_exclusions') }}

),

affected_days as (

    select * from days_of_new_rows
    union distinct
    select * from days_of_islands

)

select * from affected_days

with

-- excluded or kept, new rows are counted on their day
days_of_new_rows as (

    select event_date

    from {{ ref('int_events_enriched') }}

    where {{ is_new_to('fct_event_exclusions') }}

),

-- a late event may give an old one a session or take it away
days_of_islands as (

    select event_date

    from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('fct_event_exclusions') }}

),

days_pending as (

    select * from days_of_new_rows
    union distinct
    select * from days_of_islands

)

select * from days_pending

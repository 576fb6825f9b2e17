-- How many sessions reached each step on the way to a purchase, and how many dropped
-- there.
with

funnel as (

    select * from {{ ref('agg_funnel_daily') }}

    where session_date >= {{ report_from() }}

),

steps as (

    select
        session_date,
        step_number,
        funnel_step,
        sum(reached_count) as reached_count,
        sum(dropped_count) as dropped_count

    from funnel

    group by session_date, step_number, funnel_step

)

select * from steps
order by session_date, step_number

-- Sessions by the reason they started.
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    where session_date >= {{ report_from() }}

),

start_reasons as (

    select
        start_reason,
        count(*) as session_count,
        sum(event_count) as event_count

    from sessions

    group by start_reason

)

select * from start_reasons
order by session_count desc, start_reason asc

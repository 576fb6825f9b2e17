-- Sessions per day and channel.
with

totals as (

    select * from {{ ref('agg_sessions_daily') }}

    where session_date >= {{ report_from() }}

),

sessions_by_channel as (

    select
        session_date,
        channel,
        sum(session_count) as session_count

    from totals

    group by session_date, channel

)

select * from sessions_by_channel
order by session_date, channel

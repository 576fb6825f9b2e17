-- Sessions per day and campaign, of sessions that have one.
with

totals as (

    select * from {{ ref('agg_sessions_daily') }}

    where session_date >= {{ report_from() }}

),

sessions_by_campaign as (

    select
        session_date,
        traffic_campaign,
        sum(session_count) as session_count

    from totals

    where traffic_campaign is not null

    group by session_date, traffic_campaign

)

select * from sessions_by_campaign
order by session_date, traffic_campaign

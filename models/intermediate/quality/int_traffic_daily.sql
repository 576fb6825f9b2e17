{{ config(enabled=has_marts('quality')) }}

with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

traffic_counted as (

    select
        site_id,
        session_date,
        channel,
        device_category,
        count(*) as session_count,
        count(distinct visitor_id) as visitor_count,
        count(case when is_engaged then 1 end) as engaged_session_count,
        count(case when order_count > 0 then 1 end) as converted_session_count,
        sum(order_count) as order_count,
        sum(valued_order_count) as valued_order_count,
        sum(revenue) as revenue

    from sessions

    group by site_id, session_date, channel, device_category

),

days as (

    select
        site_id,
        session_date,
        max(session_date) over (partition by site_id) as newest_date

    from traffic_counted

    group by site_id, session_date

),

kinds_of_traffic as (

    select distinct
        site_id,
        channel,
        device_category

    from traffic_counted

),

-- a day without visitors in a channel is a row of zeros
traffic_of_all_days as (

    select
        days.site_id,
        days.session_date,
        days.session_date = days.newest_date as is_newest_day,
        kinds.channel,
        kinds.device_category,
        coalesce(counted.session_count, 0) as session_count,
        coalesce(counted.visitor_count, 0) as visitor_count,
        coalesce(counted.engaged_session_count, 0) as engaged_session_count,
        coalesce(counted.converted_session_count, 0) as converted_session_count,
        coalesce(counted.order_count, 0) as order_count,
        coalesce(counted.valued_order_count, 0) as valued_order_count,
        coalesce(counted.revenue, 0) as revenue

    from days
    inner join kinds_of_traffic as kinds
        on days.site_id = kinds.site_id
    left join traffic_counted as counted
        on
            days.site_id = counted.site_id
            and days.session_date = counted.session_date
            and kinds.channel = counted.channel
            and kinds.device_category = counted.device_category

)

select * from traffic_of_all_days

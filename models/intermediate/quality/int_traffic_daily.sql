{{ config(enabled=has_marts('quality')) }}

with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

-- by how much orders differ is in the sum of their squares, in exact decimals
orders_by_session as (

    select
        session_id,
        sum({{ squared_money('revenue') }}) as squared_revenue

    from {{ ref('fct_orders') }}

    where
        session_id is not null
        and revenue is not null

    group by session_id

),

traffic_counted as (

    select
        sessions.site_id,
        sessions.session_date,
        sessions.channel,
        sessions.device_category,
        count(*) as session_count,
        count(distinct sessions.visitor_id) as visitor_count,
        count(case when sessions.is_engaged then 1 end) as engaged_session_count,
        count(case when sessions.order_count > 0 then 1 end)
            as converted_session_count,
        sum(sessions.order_count) as order_count,
        sum(sessions.valued_order_count) as valued_order_count,
        sum(sessions.revenue) as revenue,
        sum(orders.squared_revenue) as squared_revenue

    from sessions
    left join orders_by_session as orders
        on sessions.session_id = orders.session_id

    group by
        sessions.site_id,
        sessions.session_date,
        sessions.channel,
        sessions.device_category

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
        coalesce(counted.revenue, 0) as revenue,
        coalesce(counted.squared_revenue, 0) as squared_revenue

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

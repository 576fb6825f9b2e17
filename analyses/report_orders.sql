-- Orders that the revenue of sessions leaves out: without a session, or without a rate.
-- And what share of the revenue in the shop's books was tracked.
with

orders as (

    select * from {{ ref('fct_orders') }}

    where order_date >= {{ report_from() }}

),

orders_left_out as (

    select
        count(case when session_id is null and has_purchase then 1 end)
            as sessionless_order_count,
        sum(case when session_id is null and has_purchase then revenue end)
            as sessionless_revenue,
        count(case when not has_purchase then 1 end) as unknown_order_count,
        sum(case when not has_purchase then refunded_revenue end)
            as unknown_refunded_revenue,
        count(case when exchange_rate is null then 1 end) as order_without_rate_count,
        {{ safe_divide(
            'sum(case when is_tracked then booked_revenue end)', 'sum(booked_revenue)'
        ) }} as tracked_revenue_share

    from orders

)

select * from orders_left_out

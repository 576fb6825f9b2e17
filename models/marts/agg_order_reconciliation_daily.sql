with

-- two values that differ by a cent at most are the same; so are two unknown ones
orders as (

    select
        site_id,
        order_date,
        tracked_revenue,
        booked_revenue,
        case
            when is_cancelled then 'cancelled'
            when value_source = 'events' then 'tracked_only'
            when not is_tracked then 'booked_only'
            when abs(tracked_revenue - booked_revenue) <= 0.01 then 'matched'
            when coalesce(tracked_revenue, booked_revenue) is null then 'matched'
            else 'different'
        end as status

    from {{ ref('fct_orders') }}

    where has_purchase

),

sums as (

    select
        site_id,
        order_date,
        cast(count(*) as bigint) as order_count,
        cast(count(case when status = 'matched' then 1 end) as bigint)
            as matched_order_count,
        cast(
            coalesce(sum(case when status = 'matched' then booked_revenue end), 0)
            as decimal(28, 2)
        ) as matched_revenue,
        cast(count(case when status = 'different' then 1 end) as bigint)
            as different_order_count,
        cast(
            coalesce(sum(case when status = 'different' then tracked_revenue end), 0)
            as decimal(28, 2)
        ) as different_tracked_revenue,
        cast(
            coalesce(sum(case when status = 'different' then booked_revenue end), 0)
            as decimal(28, 2)
        ) as different_booked_revenue,
        cast(count(case when status = 'cancelled' then 1 end) as bigint)
            as cancelled_order_count,
        cast(
            coalesce(sum(case when status = 'cancelled' then tracked_revenue end), 0)
            as decimal(28, 2)
        ) as cancelled_tracked_revenue,
        cast(count(case when status = 'tracked_only' then 1 end) as bigint)
            as tracked_only_order_count,
        cast(
            coalesce(sum(case when status = 'tracked_only' then tracked_revenue end), 0)
            as decimal(28, 2)
        ) as tracked_only_revenue,
        cast(count(case when status = 'booked_only' then 1 end) as bigint)
            as booked_only_order_count,
        cast(
            coalesce(sum(case when status = 'booked_only' then booked_revenue end), 0)
            as decimal(28, 2)
        ) as booked_only_revenue,
        cast(coalesce(sum(tracked_revenue), 0) as decimal(28, 2)) as tracked_revenue,
        cast(coalesce(sum(booked_revenue), 0) as decimal(28, 2)) as booked_revenue

    from orders

    group by site_id, order_date

)

select
    *,
    cast(tracked_revenue - booked_revenue as decimal(28, 2)) as revenue_difference,
    {{ safe_divide('matched_revenue + different_booked_revenue', 'booked_revenue') }}
        as tracked_revenue_share

from sums

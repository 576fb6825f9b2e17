{{ config(**reused_within_run()) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

    where session_id is not null

),

orders_by_session as (

    select
        site_id,
        visitor_id,
        session_id,
        cast(count(*) as bigint) as order_count,
        cast(count(revenue) as bigint) as valued_order_count,
        cast(sum(coalesce(revenue, 0)) as decimal(28, 2)) as revenue,
        cast(sum(coalesce(refunded_revenue, 0)) as decimal(28, 2)) as refunded_revenue

    from orders

    group by site_id, visitor_id, session_id

)

select * from orders_by_session

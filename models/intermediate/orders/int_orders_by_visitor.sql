with

orders_by_visitor as (

    select
        {{ key_to_text(surrogate_key(['site_id', 'visitor_id'])) }} as visitor_key,
        cast(sum(order_count) as bigint) as order_count,
        {{ money('sum(revenue)') }} as revenue,
        {{ money('sum(refunded_revenue)') }} as refunded_revenue

    from {{ ref('int_orders_by_session') }}

    group by site_id, visitor_id

)

select * from orders_by_visitor

-- Orders whose items and value disagree by more than a cent per product. Usual reasons:
-- tax or shipping that only one of both contains, and discounts that are per unit.
{{ config(severity='warn') }}

with

items_by_order as (

    select
        order_key,
        count(*) as product_count,
        count(revenue) as valued_product_count,
        sum(revenue) as item_revenue,
        sum(units) as unit_count

    from {{ ref('fct_order_items') }}

    group by order_key

),

orders_compared as (

    select
        orders.order_key,
        orders.site_id,
        orders.order_id,
        orders.order_date,
        orders.revenue,
        items.product_count,
        -- what the purchase contains beyond its items belongs here
        items.item_revenue as expected_revenue

    from items_by_order as items
    inner join {{ ref('fct_orders') }} as orders
        on items.order_key = orders.order_key

    where
        items.unit_count > 0
        and items.valued_product_count = items.product_count

)

select * from orders_compared

where abs(revenue - expected_revenue) > 0.01 * product_count

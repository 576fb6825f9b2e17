-- Orders whose value is neither that of their items nor that with tax and shipping and
-- less the discount on the whole order, by more than a cent per product. Usual reasons:
-- prices that contain the tax, and discounts that are per unit or in the order's once
-- more. Compare one order with the shop, and load price, discount and quantity as
-- docs/operations.md has them.
{{ config(severity='warn', **message_of_law()) }}

with

items_by_order as (

    select
        order_key,
        count(*) as product_count,
        count(revenue) as valued_product_count,
        sum(revenue) as item_revenue,
        sum(units) as unit_count

    from {{ ref('fct_order_items') }}

    where {{ is_in_test_scope('order_date') }}

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
        items.item_revenue,
        items.item_revenue
        + coalesce(orders.tax, 0)
        + coalesce(orders.shipping, 0)
        - coalesce(orders.discount, 0) as expected_revenue

    from items_by_order as items
    inner join {{ ref('fct_orders') }} as orders
        on items.order_key = orders.order_key

    where
        items.unit_count > 0
        and items.valued_product_count = items.product_count

)

select * from orders_compared

where
    abs(revenue - expected_revenue) > 0.01 * product_count
    and abs(revenue - item_revenue) > 0.01 * product_count

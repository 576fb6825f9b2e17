{{ config(partition_and_cluster_by('order_date', keys=['order_key', 'session_id'])) }}
{%- do also_depends_on(['int_order_events', 'int_orders_booked']) %}

with

orders as (

    select * from {{ ref('int_orders_valued') }}

),

-- refunds, rates, the books and earlier purchases change orders of any age: only rows
-- that differ from the table are written
orders_changed as (

    select
        order_key,
        site_id,
        order_id,
        visitor_id,
        session_id,
        has_purchase,
        is_tracked,
        is_cancelled,
        value_source,
        ordered_at,
        order_date,
        currency,
        order_value,
        exchange_rate,
        revenue,
        tracked_revenue,
        booked_revenue,
        tax,
        shipping,
        discount,
        coupon,
        refund_count,
        refunded_revenue,
        refunded_tax,
        refunded_shipping,
        net_revenue

    from orders
    {% if is_incremental() %}
    {{ dbt.except() }}

    select
        order_key,
        site_id,
        order_id,
        visitor_id,
        session_id,
        has_purchase,
        is_tracked,
        is_cancelled,
        value_source,
        ordered_at,
        order_date,
        currency,
        order_value,
        exchange_rate,
        revenue,
        tracked_revenue,
        booked_revenue,
        tax,
        shipping,
        discount,
        coupon,
        refund_count,
        refunded_revenue,
        refunded_tax,
        refunded_shipping,
        net_revenue

    from {{ this }}

    where {{ has_current_entry('fct_orders') }}
    {% endif %}
)

select * from orders_changed

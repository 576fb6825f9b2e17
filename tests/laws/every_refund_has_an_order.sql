-- Refunds of orders without a purchase: they lower net revenue by what was never in
-- revenue.
{{ config(severity='warn') }}

select
    site_id,
    order_id,
    order_key,
    ordered_at,
    refund_count,
    refunded_revenue

from {{ ref('fct_orders') }}

where not has_purchase

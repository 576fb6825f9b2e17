-- Refunds of orders without a purchase: they lower net revenue by what was never in
-- revenue. Load the purchase, with any loaded_at after the newest, and the next build
-- joins them.
{{ config(severity='warn', **message_of_law()) }}

select
    site_id,
    order_id,
    order_key,
    ordered_at,
    refund_count,
    refunded_revenue

from {{ ref('fct_orders') }}

where not has_purchase

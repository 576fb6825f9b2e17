-- Orders whose purchases have no value: they count as orders, and add nothing to
-- revenue. Have the tracker send revenue with each purchase, or load raw.orders.
{{ config(severity='warn', **message_of_law()) }}

select
    site_id,
    order_id,
    order_key,
    ordered_at,
    currency

from {{ ref('fct_orders') }}

where
    has_purchase
    and order_value is null

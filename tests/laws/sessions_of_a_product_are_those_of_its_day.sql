-- Products of a day with more sessions than can be: more that did two things than did
-- one of them, more that saw it than views, more that bought it than orders; and rates
-- that are no shares, or are given where no session could have one. Where rows were
-- changed by hand or restored in part, type: dbt build --full-refresh. If it fails
-- again, a model is wrong.
{{ config(enabled=has_marts('products'), **message_of_law()) }}

with

products as (

    select * from {{ ref('agg_products_daily') }}

    where {{ is_in_test_scope('event_date') }}

)

select
    site_id,
    event_date,
    product_id,
    view_session_count,
    cart_session_count,
    purchase_session_count

from products

where
    view_session_count > view_count
    or purchase_session_count > order_count
    or valued_order_count > order_count
    or view_and_cart_session_count > least(view_session_count, cart_session_count)
    or view_and_purchase_session_count
    > least(view_session_count, purchase_session_count)
    or cart_and_purchase_session_count
    > least(cart_session_count, purchase_session_count)
    or coalesce(cart_to_view_rate, 0) not between 0 and 1
    or coalesce(purchase_to_view_rate, 0) not between 0 and 1
    or coalesce(purchase_to_cart_rate, 0) not between 0 and 1
    or (view_session_count = 0) != (cart_to_view_rate is null)
    or (view_session_count = 0) != (purchase_to_view_rate is null)
    or (cart_session_count = 0) != (purchase_to_cart_rate is null)

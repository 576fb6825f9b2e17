-- Kept events with an order id, an amount or a coupon whose names are neither purchase
-- nor refund: they make no order. If they are purchases, add their names to the seed
-- own_event_names, then type: dbt build --full-refresh
{{ config(severity='warn', **message_of_law()) }}

select
    site_id,
    event_name,
    count(*) as event_count,
    count(distinct order_id) as order_count,
    sum(revenue) as revenue,
    min(event_id) as first_event_id

from {{ ref('int_events_enriched') }}

where
    {{ is_in_test_scope('event_date') }}
    and exclusion_reason is null
    and not {{ is_order_event() }}
    and (
        coalesce(order_id, coupon) is not null
        or coalesce(revenue, tax, shipping, discount) is not null
    )

group by site_id, event_name

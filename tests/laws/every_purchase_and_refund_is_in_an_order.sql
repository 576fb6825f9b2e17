-- Purchases and refunds that are in no order, because the row is excluded: what was
-- lost, and why. Mend the rows, and load them again under other event ids.
{{ config(severity='warn', **message_of_law()) }}

select
    event_id,
    site_id,
    event_name,
    order_id,
    revenue,
    currency,
    exclusion_reason

from {{ ref('int_events_enriched') }}

where
    {{ is_in_test_scope('event_date') }}
    and {{ is_order_event() }}
    and exclusion_reason not in ('duplicate', 'withdrawn')
    and not {{ is_order_without_visitor() }}

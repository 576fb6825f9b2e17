-- Order ids that five or more visitors bought: a word for no id that
-- placeholder_values does not know, or a number that starts again. Add the word to
-- own_placeholder_values.
{{ config(severity='warn', **message_of_law()) }}

select
    site_id,
    order_id,
    count(distinct visitor_id) as visitor_count,
    count(*) as purchase_count,
    sum(revenue) as revenue

from {{ ref('int_order_events') }}

where
    event_name = 'purchase'
    and order_id is not null

group by site_id, order_id

having count(distinct visitor_id) >= 5

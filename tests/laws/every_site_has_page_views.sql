-- Sites with more than a hundred kept events and no page view: their tracker says it in
-- another word, so no session of theirs has a page and most count as bounces. Add the
-- word to the seed own_event_names, then type: dbt build --full-refresh
{{ config(severity='warn', **message_of_law()) }}

select
    site_id,
    count(*) as event_count,
    count(distinct event_name) as event_name_count,
    min(event_name) as first_event_name

from {{ ref('int_events_enriched') }}

where
    {{ is_in_test_scope('event_date') }}
    and exclusion_reason is null

group by site_id

having
    count(*) > 100
    and count(case when event_name = 'page_view' then 1 end) = 0

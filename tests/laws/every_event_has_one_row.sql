-- Events of a site with more than one row in fct_events. Where rows were changed by
-- hand or restored in part, type: dbt build --full-refresh. If it fails again, a model
-- is wrong.
{{ config(**message_of_law()) }}
with

events as (

    select * from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

)

select
    site_id,
    event_id,
    count(*) as row_count

from events

group by site_id, event_id

having count(*) > 1

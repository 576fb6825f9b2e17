-- Events of a site with more than one row in fct_events.
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

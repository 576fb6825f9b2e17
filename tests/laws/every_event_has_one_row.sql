-- Events of a site that fct_events holds more than once.
with

events as (

    select * from {{ ref('fct_events') }}

)

select
    site_id,
    event_id,
    count(*) as row_count

from events

group by site_id, event_id

having count(*) > 1

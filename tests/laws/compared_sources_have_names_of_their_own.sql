-- Names of sources that rows of two staging folders have, one of which compares its
-- loads: a load is found by its source and loaded_at, so rows of the other are taken
-- for its own. Give them another event_source.
{{ config(**message_of_law()) }}
select
    event_source,
    count(distinct staging_folder) as folder_count,
    count(*) as row_count

from {{ ref('stg_events') }}

where {{ 'true' if sources_that_compare_loads() else 'false' }}

group by event_source

having
    count(distinct staging_folder) > 1
    and max(case when {{ is_of_compared_loads() }} then 1 else 0 end) = 1

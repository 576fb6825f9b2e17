-- Sites whose raw rows are more or fewer than their rows in fct_events and the counts
-- of fct_event_exclusions together.
with

rows_counted as (

    select
        site_id,
        count(*) as raw_count,
        0 as kept_count,
        0 as excluded_count

    from {{ ref('int_events_combined') }}

    group by site_id

    union all

    select
        site_id,
        0 as raw_count,
        count(*) as kept_count,
        0 as excluded_count

    from {{ ref('fct_events') }}

    group by site_id

    union all

    select
        site_id,
        0 as raw_count,
        0 as kept_count,
        event_count as excluded_count

    from {{ ref('fct_event_exclusions') }}

)

select
    site_id,
    sum(raw_count) as raw_count,
    sum(kept_count) as kept_count,
    sum(excluded_count) as excluded_count

from rows_counted

group by site_id

having sum(raw_count) != sum(kept_count) + sum(excluded_count)

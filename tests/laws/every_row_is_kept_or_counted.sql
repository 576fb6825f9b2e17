-- Sites and days whose rows are not accounted for exactly once: each row that was read
-- is in fct_events, or is counted under one reason in fct_event_exclusions. Where rows
-- were changed by hand or restored in part, type: dbt build --full-refresh. If it fails
-- again, a model is wrong.
{{ config(**message_of_law()) }}
with

rows_counted as (

    select
        site_id,
        event_date,
        count(*) as read_count,
        0 as kept_count,
        0 as excluded_count

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and not {{ is_withdrawn() }}

    group by site_id, event_date

    union all

    select
        site_id,
        event_date,
        0 as read_count,
        count(*) as kept_count,
        0 as excluded_count

    from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

    group by site_id, event_date

    union all

    select
        site_id,
        event_date,
        0 as read_count,
        0 as kept_count,
        event_count as excluded_count

    from {{ ref('fct_event_exclusions') }}

    where {{ is_in_test_scope('event_date') }}

)

select
    site_id,
    event_date,
    sum(read_count) as read_count,
    sum(kept_count) as kept_count,
    sum(excluded_count) as excluded_count

from rows_counted

group by site_id, event_date

having sum(read_count) != sum(kept_count) + sum(excluded_count)

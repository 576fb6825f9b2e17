-- Site and day where the raw rows are more or fewer than those in fct_events and
-- fct_event_exclusions together. A loader that delivers rows with an older loaded_at than
-- the newest one built shows here.
with

raw_rows as (

    select
        events.site_id,
        {{ local_time(
            'coalesce(events.event_at, events.loaded_at)',
            "coalesce(sites.time_zone, '" ~ var('reporting_time_zone') ~ "')"
        ) }} as local_at

    from {{ ref('int_events_combined') }} as events
    left join {{ ref('int_sites') }} as sites
        on events.site_id = sites.site_id

),

kept_rows as (

    select
        events.site_id,
        {{ local_time(
            'events.event_at',
            "coalesce(sites.time_zone, '" ~ var('reporting_time_zone') ~ "')"
        ) }} as local_at

    from {{ ref('fct_events') }} as events
    left join {{ ref('int_sites') }} as sites
        on events.site_id = sites.site_id

),

rows_counted as (

    select
        site_id,
        cast(local_at as date) as local_day,
        count(*) as raw_count,
        0 as accounted_count

    from raw_rows

    group by site_id, cast(local_at as date)

    union all

    select
        site_id,
        cast(local_at as date) as local_day,
        0 as raw_count,
        count(*) as accounted_count

    from kept_rows

    group by site_id, cast(local_at as date)

    union all

    select
        site_id,
        local_day,
        0 as raw_count,
        event_count as accounted_count

    from {{ ref('fct_event_exclusions') }}

)

select
    site_id,
    local_day,
    sum(raw_count) as raw_count,
    sum(accounted_count) as accounted_count

from rows_counted

group by site_id, local_day

having sum(raw_count) <> sum(accounted_count)

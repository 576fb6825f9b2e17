-- Reasons for which a site's newest full day excludes more than twice the share of
-- rows that any of the 28 days before has, twenty rows or more, and at least two in a
-- hundred more: a tracker that has lost an id, a clock that is wrong, a loader that
-- delivers twice, a crawler, a consent banner. Look at fct_event_exclusions by event
-- name and bot, and mend the source. Seven of these days have to have rows, and the
-- difference to be larger than chance makes it. The day is looked at whatever
-- test_scope is.
{{ config(severity='warn', **message_of_law()) }}
with

rows_by_day as (

    select
        site_id,
        session_date,
        'none' as reason,
        sum(event_count) as event_count
    from {{ ref('agg_sessions_daily') }}
    where {{ is_near_the_newest_day('session_date') }}
    group by site_id, session_date

    union all

    select
        site_id,
        event_date as session_date,
        reason,
        sum(event_count) as event_count
    from {{ ref('fct_event_exclusions') }}
    where {{ is_near_the_newest_day('event_date') }}
    group by site_id, event_date, reason

),

days as (

    select
        site_id,
        session_date,
        sum(event_count) as row_count

    from rows_by_day

    group by site_id, session_date

),

newest_days as (

    {{ newest_full_days('days') | indent(4) }}

),

reasons as (

    select distinct
        site_id,
        reason

    from rows_by_day

    where reason != 'none'

),

shares as (

    select
        days.site_id,
        days.session_date,
        newest_days.newest_date,
        reasons.reason,
        days.row_count,
        coalesce(counted.event_count, 0) as excluded_count,
        1.0 * coalesce(counted.event_count, 0) / days.row_count as excluded_share

    from days
    inner join newest_days
        on days.site_id = newest_days.site_id
    inner join reasons
        on days.site_id = reasons.site_id
    left join rows_by_day as counted
        on
            days.site_id = counted.site_id
            and days.session_date = counted.session_date
            and reasons.reason = counted.reason

    where
        days.session_date <= newest_days.newest_date
        and days.session_date >= {{ date_add(-28, 'newest_days.newest_date') }}

),

shares_compared as (

    select
        site_id,
        newest_date,
        reason,
        count(case when session_date < newest_date then 1 end) as day_count,
        max(case when session_date < newest_date then excluded_share end)
            as highest_before,
        max(case when session_date = newest_date then excluded_share end)
            as excluded_share,
        max(case when session_date = newest_date then row_count end) as row_count,
        max(case when session_date = newest_date then excluded_count end)
            as excluded_count

    from shares

    group by site_id, newest_date, reason

)

select
    site_id,
    newest_date as event_date,
    reason,
    excluded_count,
    row_count,
    round(100.0 * excluded_share, 1) as percent_excluded,
    round(100.0 * highest_before, 1) as highest_percent_before,
    'look at this reason in fct_event_exclusions by event name and bot, '
    || 'and mend the source' as what_to_do

from shares_compared

where
    day_count >= 7
    and excluded_count >= 20
    and excluded_share > 2 * highest_before
    and excluded_share > highest_before + 0.02
    and {{ is_no_chance('excluded_count', 'highest_before * row_count') }}

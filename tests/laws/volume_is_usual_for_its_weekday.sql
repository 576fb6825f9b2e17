-- Sites whose newest full day has less than half of the sessions of the fewest, or
-- more than twice the most, of the same weekday in the four weeks before: a tracker, a
-- consent banner or a loader that has stopped or counts twice, bots that no list
-- knows; or a holiday or a campaign. Compare the day by channel in agg_sessions_daily,
-- and ask what has changed. Three of the four days have to have sessions, and the
-- difference to be larger than chance makes it. The day is looked at whatever
-- test_scope is.
{{ config(severity='warn', **message_of_law()) }}
with

sessions_by_day as (

    select
        site_id,
        session_date,
        sum(session_count) as session_count

    from {{ ref('agg_sessions_daily') }}

    where {{ is_near_the_newest_day('session_date') }}

    group by site_id, session_date

),

newest_days as (

    {{ newest_full_days('sessions_by_day') | indent(4) }}

),

same_weekdays as (

    select
        newest_days.site_id,
        newest_days.newest_date,
        sum(
            case
                when sessions.session_date = newest_days.newest_date
                    then sessions.session_count
                else 0
            end
        ) as session_count,
        count(
            case when sessions.session_date < newest_days.newest_date then 1 end
        ) as day_count,
        min(
            case
                when sessions.session_date < newest_days.newest_date
                    then sessions.session_count
            end
        ) as fewest_before,
        max(
            case
                when sessions.session_date < newest_days.newest_date
                    then sessions.session_count
            end
        ) as most_before

    from newest_days
    inner join sessions_by_day as sessions
        on newest_days.site_id = sessions.site_id

    where
        sessions.session_date in (
            newest_days.newest_date,
            {{ date_add(-7, 'newest_days.newest_date') }},
            {{ date_add(-14, 'newest_days.newest_date') }},
            {{ date_add(-21, 'newest_days.newest_date') }},
            {{ date_add(-28, 'newest_days.newest_date') }}
        )

    group by newest_days.site_id, newest_days.newest_date

)

select
    site_id,
    newest_date as session_date,
    session_count,
    fewest_before,
    most_before,
    'compare the day by channel, and ask what has changed in tracker, consent or loader'
        as what_to_do

from same_weekdays

where
    day_count >= 3
    and (
        (
            2 * session_count < fewest_before
            and {{ is_no_chance('session_count', 'fewest_before') }}
        )
        or (
            session_count > 2 * most_before
            and {{ is_no_chance('session_count', 'most_before') }}
        )
    )

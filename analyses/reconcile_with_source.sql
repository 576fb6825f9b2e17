-- Sessions per site and local day beside those that the tracker counts, and why they
-- differ. A session of the tracker is a visitor and a source_session_id, and counts on
-- each day on which it has an event. difference is session_count less
-- source_session_count, and the sum of the columns after it:
--   split_by_...                   sessions whose first event is in a session of the
--                                  tracker that had begun before, by start_reason
--   without_source_session         sessions whose first event has no source_session_id
--   joined_source_sessions         sessions of the tracker that begin within one of
--                                  ours, counted below zero
--   continued_source_sessions      days of a session of the tracker after the one on
--                                  which it began, counted below zero
--   dbt show --select reconcile_with_source --limit 99
{%- set reasons = [
    'timeout', 'left', 'midnight', 'hour', 'max_duration', 'max_events',
    'user_change', 'source_change',
] %}
with

events as (

    select
        events.site_id,
        events.visitor_id,
        events.source_session_id,
        events.event_date,
        events.event_number,
        sessions.session_number,
        sessions.session_date,
        sessions.start_reason

    from {{ ref('fct_events') }} as events
    inner join {{ ref('fct_sessions') }} as sessions
        on events.session_id = sessions.session_id

    where
        events.source_session_id is not null
        or events.event_number = 1

),

events_in_order as (

    select
        *,
        row_number() over (
            partition by site_id, visitor_id, source_session_id
            order by session_number, event_number
        ) = 1 and source_session_id is not null as begins_source_session

    from events

),

sessions_by_day as (

    select
        site_id,
        session_date,
        count(*) as session_count,
        0 as source_session_count,
        {%- for reason in reasons %}
        count(
            case
                when
                    source_session_id is not null
                    and not begins_source_session
                    and start_reason = '{{ reason }}'
                    then 1
            end
        ) as split_by_{{ reason }},
        {%- endfor %}
        count(case when source_session_id is null then 1 end)
            as without_source_session,
        0 as joined_source_sessions,
        0 as continued_source_sessions

    from events_in_order

    where event_number = 1

    group by site_id, session_date

),

days_of_source_sessions as (

    select
        site_id,
        visitor_id,
        source_session_id,
        event_date,
        max(case when begins_source_session then 1 else 0 end) as begins,
        max(case when begins_source_session and event_number = 1 then 1 else 0 end)
            as begins_with_session

    from events_in_order

    where source_session_id is not null

    group by site_id, visitor_id, source_session_id, event_date

),

source_sessions_by_day as (

    select
        site_id,
        event_date as session_date,
        0 as session_count,
        count(*) as source_session_count,
        {%- for reason in reasons %}
        0 as split_by_{{ reason }},
        {%- endfor %}
        0 as without_source_session,
        sum(begins_with_session - begins) as joined_source_sessions,
        sum(begins - 1) as continued_source_sessions

    from days_of_source_sessions

    group by site_id, event_date

),

both_by_day as (

    select * from sessions_by_day
    union all
    select * from source_sessions_by_day

),

days as (

    select
        site_id,
        session_date,
        sum(session_count) as session_count,
        sum(source_session_count) as source_session_count,
        sum(session_count) - sum(source_session_count) as difference,
        {%- for reason in reasons %}
        sum(split_by_{{ reason }}) as split_by_{{ reason }},
        {%- endfor %}
        sum(without_source_session) as without_source_session,
        sum(joined_source_sessions) as joined_source_sessions,
        sum(continued_source_sessions) as continued_source_sessions

    from both_by_day

    group by site_id, session_date

)

select * from days
order by site_id, session_date

-- Sessions whose counts, times, landing or exit page differ from those of their events.
-- Events of unknown sessions are a matter of every_session_that_is_named_exists. Where
-- rows were changed by hand or restored in part, type: dbt build --full-refresh. If it
-- fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

events as (

    select * from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

),

sessions as (

    select
        sessions.*,
        cast(
            {{ convert_timezone(
                'sessions.session_ended_at', site_time_zone('sites')
            ) }} as date
        ) as last_date

    from {{ ref('fct_sessions') }} as sessions
    left join {{ ref('stg_seeds__sites') }} as sites
        on sessions.site_id = sites.site_id

    where {{ is_in_test_scope('sessions.session_date') }}

),

sessions_from_events as (

    select
        session_id,
        count(*) as event_count,
        count(case when event_name = 'page_view' and not is_repeated then 1 end)
            as page_view_count,
        count(case when event_name = 'purchase' then 1 end) as purchase_count,
        min(event_at) as session_started_at,
        max(event_at) as session_ended_at,
        max(event_number) as last_event_number,
        count(case when is_landing then 1 end) as landing_count,
        count(case when is_exit then 1 end) as exit_count,
        max(case when is_landing then page_url end) as landing_page_url,
        max(case when event_number = 1 then event_date end) as session_date

    from events

    group by session_id

)

select
    sessions.session_id,
    sessions_from_events.session_id as session_id_of_events

from sessions
left join sessions_from_events
    on sessions.session_id = sessions_from_events.session_id

where
    {{ is_whole_session_in_test_scope('sessions.session_date', 'sessions.last_date') }}
    and (
        sessions_from_events.session_id is null
        or sessions.event_count != sessions_from_events.event_count
        or sessions.event_count != sessions_from_events.last_event_number
        or sessions.session_date != sessions_from_events.session_date
        or sessions.page_view_count != sessions_from_events.page_view_count
        or sessions.purchase_count != sessions_from_events.purchase_count
        or sessions.session_started_at != sessions_from_events.session_started_at
        or sessions.session_ended_at != sessions_from_events.session_ended_at
        or sessions_from_events.landing_count > 1
        or sessions_from_events.landing_count != sessions_from_events.exit_count
        or coalesce(sessions.landing_page_url, '')
        != coalesce(sessions_from_events.landing_page_url, '')
    )

-- Completions outside their session, or that say other things of it than the session;
-- sessions with another number of goals, and those with a goal that are not engaged.
-- Where rows were changed by hand or restored in part, type: dbt build --full-refresh.
-- If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

completions as (

    select * from {{ ref('fct_goal_completions') }}

    where {{ is_in_test_scope('session_date') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

),

goals_of_sessions as (

    select
        session_id,
        count(*) as goal_count,
        count(distinct goal_name) as goal_name_count

    from completions

    group by session_id

)

select
    completions.session_id,
    completions.goal_name

from completions
left join sessions
    on completions.session_id = sessions.session_id

where
    sessions.session_id is null
    or completions.site_id != sessions.site_id
    or completions.visitor_id != sessions.visitor_id
    or completions.session_date != sessions.session_date
    or completions.first_completed_at < sessions.session_started_at
    or completions.last_completed_at < completions.first_completed_at
    or completions.last_completed_at > sessions.session_ended_at
    or completions.completion_count not between 1 and sessions.event_count

union all

select
    sessions.session_id,
    'any' as goal_name

from sessions
left join goals_of_sessions as goals
    on sessions.session_id = goals.session_id

where
    sessions.goal_count != coalesce(goals.goal_count, 0)
    or goals.goal_count != goals.goal_name_count
    or (sessions.goal_count > 0 and not sessions.is_engaged)

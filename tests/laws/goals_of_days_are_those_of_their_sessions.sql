-- Days of a goal whose totals differ from the completions of their sessions, or that do
-- not count each session of the day. Where rows were changed by hand or restored in
-- part, type: dbt build --full-refresh. If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

totals as (

    select
        site_id,
        session_date,
        goal_name,
        sum(session_count) as session_count,
        sum(completed_session_count) as completed_session_count,
        sum(completion_count) as completion_count,
        sum(goal_value) as goal_value

    from {{ ref('agg_goals_daily') }}

    where {{ is_in_test_scope('session_date') }}

    group by site_id, session_date, goal_name

),

completions as (

    select
        site_id,
        session_date,
        goal_name,
        count(*) as completed_session_count,
        sum(completion_count) as completion_count,
        sum(goal_value) as goal_value

    from {{ ref('fct_goal_completions') }}

    where {{ is_in_test_scope('session_date') }}

    group by site_id, session_date, goal_name

),

sessions as (

    select
        site_id,
        session_date,
        count(*) as session_count

    from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

    group by site_id, session_date

)

select
    coalesce(totals.site_id, completions.site_id) as site_id,
    coalesce(totals.session_date, completions.session_date) as session_date,
    coalesce(totals.goal_name, completions.goal_name) as goal_name

from totals
full join completions
    on
        totals.site_id = completions.site_id
        and totals.session_date = completions.session_date
        and totals.goal_name = completions.goal_name
left join sessions
    on
        totals.site_id = sessions.site_id
        and totals.session_date = sessions.session_date

where
    totals.goal_name is null
    or sessions.session_count is null
    or totals.session_count != sessions.session_count
    or totals.completed_session_count
    != coalesce(completions.completed_session_count, 0)
    or totals.completion_count != coalesce(completions.completion_count, 0)
    or totals.goal_value != coalesce(completions.goal_value, 0)

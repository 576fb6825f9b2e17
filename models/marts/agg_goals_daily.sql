{{ config(partition_and_cluster_by('session_date')) }}
{%- set grain = grain_of('agg_sessions_daily') | join(',\n        sessions.') %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

{% if has_goals() -%}
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where session_date in ({{ affected_island_days('agg_goals_daily') }})
    {% endif %}

),

completions as (

    select * from {{ ref('fct_goal_completions') }}

    {% if is_incremental() %}
    where session_date in ({{ affected_island_days('agg_goals_daily') }})
    {% endif %}

),

goals as (

    {{ names_of_goals() | indent(4) }}

),

-- a session counts for each goal, whether completed or not
sessions_with_goals as (

    select
        sessions.*,
        goals.goal_name

    from sessions
    cross join goals

),

goals_counted as (

    select
        sessions.{{ grain }},
        sessions.goal_name,
        cast(count(*) as bigint) as session_count,
        cast(count(completions.session_id) as bigint) as completed_session_count,
        cast(sum(coalesce(completions.completion_count, 0)) as bigint)
            as completion_count,
        cast(sum(coalesce(completions.goal_value, 0)) as decimal(28, 6))
            as goal_value

    from sessions_with_goals as sessions
    left join completions
        on
            sessions.session_id = completions.session_id
            and sessions.goal_name = completions.goal_name

    group by
        sessions.{{ grain }},
        sessions.goal_name

)

select * from goals_counted
{%- else -%}
-- without goals nothing is read
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false
{%- endif %}

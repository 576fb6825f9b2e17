{{ config(partition_and_cluster_by('session_date', keys=['session_id'])) }}
{%- set goals = setting('goals') -%}
{%- set columns = columns_of_conditions(goals.values()) %}

{% if has_goals() -%}
with

sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
        and not is_repeated
    {% if events_of_goals(goals) %}
        and {{ matches_event_filter(events_of_goals(goals)) }}
    {% endif %}
    {% if is_incremental() %}
        and {{ in_affected_island('fct_goal_completions') }}
    {% endif %}

),

{% if columns -%}
wide_events as (

    select
        event_key,
        {{ columns | join(',\n        ') }}

    from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('sessionized_events', 'loaded_date') }}
    {% endif %}

),

events as (

    select
        sessionized_events.session_key,
        sessionized_events.event_name,
        sessionized_events.event_at,
        wide_events.{{ columns | join(',\n        wide_events.') }}

    from wide_events
    inner join sessionized_events
        on wide_events.event_key = sessionized_events.event_key

),

{% else -%}
events as (select * from sessionized_events),

{% endif -%}
goals as (

    {{ names_of_goals() | indent(4) }}

),

-- each event next to each goal that it completes
events_of_goals as (

    select
        events.session_key,
        events.event_at,
        goals.goal_name,
        {{ goal_value(goals) | indent(8) }} as goal_value

    from events
    cross join goals

    where {{ completes_goal(goals) | indent(4) }}

),

goals_of_sessions as (

    select
        session_key,
        goal_name,
        min(event_at) as first_completed_at,
        max(event_at) as last_completed_at,
        cast(count(*) as bigint) as completion_count,
        cast(sum(goal_value) as decimal(28, 6)) as goal_value

    from events_of_goals

    group by session_key, goal_name

),

sessions as (

    select * from {{ ref('int_sessions_enriched') }}

    {% if is_incremental() %}
    where
        session_date in ({{ affected_island_days('fct_goal_completions') }})
        and {{ in_subquery('session_key', 'goals_of_sessions') }}
    {% endif %}

),

goal_completions as (

    select
        {{ key_to_text('sessions.session_key') }} as session_id,
        goals.goal_name,
        sessions.site_id,
        sessions.visitor_id,
        sessions.session_date,
        goals.first_completed_at,
        goals.last_completed_at,
        goals.completion_count,
        goals.goal_value

    from sessions
    inner join goals_of_sessions as goals
        on sessions.session_key = goals.session_key

)

select * from goal_completions
{%- else -%}
-- without goals nothing is read
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false
{%- endif %}

{{ config(**looked_up_often()) }}
{%- set built_days = built('agg_sessions_daily') -%}

with

{% if built_days -%}
visitors_with_new_rows as (

    select
        visitor_key,
        min(event_at) as first_event_at

    from {{ ref('int_events_sessionized') }}

    where {{ is_pending('agg_sessions_daily') }}

    group by visitor_key

),

first_other_sessions as (

    select
        visitor_key,
        session_date,
        session_started_at,
        row_number() over (
            partition by visitor_key order by session_started_at
        ) as session_number

    from {{ ref('int_sessions_described') }}

    where
        {{ is_one_of('visitor_key', 'visitors_with_new_rows') }}
        and session_key not in (
            {{ keys_of_pending_sessions('agg_sessions_daily') | indent(12) }}
        )

),

-- a session that comes before all others of its visitor makes another one the first
first_sessions_moved as (

    select sessions.session_date

    from first_other_sessions as sessions
    inner join visitors_with_new_rows as visitors
        on sessions.visitor_key = visitors.visitor_key

    where
        sessions.session_number = 1
        and visitors.first_event_at < sessions.session_started_at

),

{% endif -%}
days_pending as (

    {{ days_of_pending_islands('agg_sessions_daily') | indent(4) }}
    {% if built_days %}
    union all

    {{ days_paid_otherwise('agg_sessions_daily') | indent(4) }}

    union all

    select * from first_sessions_moved
    {% endif %}
)

select distinct session_date from days_pending

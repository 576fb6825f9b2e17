-- Sessions that another mart names and fct_sessions does not have, with the marts.
-- Where rows were changed by hand or restored in part, type: dbt build --full-refresh.
-- If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

sessions_named as (
    {% for relation, column, day in [
        ('fct_events', 'session_id', 'event_date'),
        ('fct_event_items', 'session_id', 'event_date'),
        ('fct_orders', 'session_id', 'order_date'),
        ('fct_goal_completions', 'session_id', 'session_date'),
        ('dim_visitors', 'first_session_id', 'last_session_date'),
        ('dim_visitors', 'last_session_id', 'last_session_date'),
        ('dim_visitors', 'first_order_session_id', 'last_session_date'),
        ('dim_persons', 'first_session_id', 'last_session_date'),
        ('dim_persons', 'last_session_id', 'last_session_date'),
        ('dim_persons', 'first_order_session_id', 'last_session_date'),
    ] + (
        [('fct_touchpoints', 'session_id', 'order_date')] if has_marts('marketing')
        else []
    ) %}
    select distinct
        '{{ relation }}' as relation,
        '{{ column }}' as column_name,
        {{ column }} as session_id
    from {{ ref(relation) }}
    where {{ is_in_test_scope(day) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select sessions_named.*

from sessions_named
left join {{ ref('fct_sessions') }} as sessions
    on sessions_named.session_id = sessions.session_id

where
    sessions_named.session_id is not null
    and sessions.session_id is null

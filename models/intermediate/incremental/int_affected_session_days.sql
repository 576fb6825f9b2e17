{{ config(**reused_within_run()) }}
{%- set tables_with_revenue = ['agg_sessions_daily', 'agg_landing_pages_daily'] -%}
{%- set tables = tables_with_revenue + ['agg_funnel_daily'] -%}

with

{% if existing_relation('agg_sessions_daily') -%}
visitors_with_new_rows as (

    select
        visitor_key,
        min(event_at) as first_event_at

    from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('agg_sessions_daily') }}

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

    from {{ ref('int_sessions_enriched') }}

    where
        {{ in_subquery('visitor_key', 'visitors_with_new_rows') }}
        and session_key not in (
            {{ affected_session_keys('agg_sessions_daily') | indent(12) }}
        )

),

-- a new first session of a visitor: the session after it is no longer the first
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
days_by_table as (
    {% for table in tables %}
    select
        '{{ table }}' as model_name,
        session_date
    from ({{ affected_island_days(table) }}) as days_of_islands
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- for table in tables_with_revenue if existing_relation(table) %}
    union all

    select
        '{{ table }}' as model_name,
        session_date
    from ({{ days_with_changed_revenue(table) }}) as days_of_orders
    {% endfor %}
    {%- if existing_relation('agg_funnel_daily') %}
    union all

    select
        'agg_funnel_daily' as model_name,
        session_date
    from ({{ days_with_changed_purchases() }}) as days_of_orders
    {%- endif %}
    {%- if existing_relation('agg_sessions_daily') %}
    union all

    select
        'agg_sessions_daily' as model_name,
        session_date
    from first_sessions_moved
    {%- endif %}
)

select distinct
    model_name,
    session_date
from days_by_table

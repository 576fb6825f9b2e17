{{ config(**looked_up_often()) }}
{%- set models = [
    'agg_sessions_daily', 'agg_landing_pages_daily', 'agg_funnel_daily',
] -%}
{%- set models_with_orders = ['agg_sessions_daily', 'agg_landing_pages_daily'] -%}
{%- set sums = ['order_count', 'revenue', 'refunded_revenue'] %}

with

{% for model_name in models if built(model_name) -%}
-- an event changes sessions of its island, which begin on the days of its events
{{ model_name }}_islands as (

    select distinct
        '{{ model_name }}' as model_name,
        local_day as session_date

    from {{ ref('int_events_sessionized') }}

    where {{ is_pending(model_name) }}

),

{% if model_name in models_with_orders -%}
-- orders change sessions of any age
{{ model_name }}_orders_as_built as (

    select {{ (grain_of(model_name) + sums) | join(', ') }}

    from {{ built(model_name) }}

    where order_count > 0

),

{{ model_name }}_orders as (

    select
        {{ grain_of(model_name) | join(', ') }},
        {{ whole_number('sum(order_count)') }} as order_count,
        {%- for sum in sums[1:] %}
        {{ money('sum(' ~ sum ~ ')') }} as {{ sum }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('fct_sessions') }}

    where order_count > 0

    group by {{ grain_of(model_name) | join(', ') }}

),

{{ model_name }}_orders_changed as (

    {{ rows_of_one_only(
        grain_of(model_name) + sums,
        model_name ~ '_orders_as_built',
        model_name ~ '_orders'
    ) | indent(4) }}

),

{% endif -%}
{% endfor -%}
{% if built('agg_sessions_daily') -%}
-- and a session that comes before all others of its visitor makes another one the first
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

first_sessions as (

    select distinct
        'agg_sessions_daily' as model_name,
        sessions.session_date

    from first_other_sessions as sessions
    inner join visitors_with_new_rows as visitors
        on sessions.visitor_key = visitors.visitor_key

    where
        sessions.session_number = 1
        and visitors.first_event_at < sessions.session_started_at

),

{% endif -%}
days_pending as (
    {% for model_name in models if built(model_name) %}
    select * from {{ model_name }}_islands
    union distinct
    {% if model_name in models_with_orders -%}
    select distinct
        '{{ model_name }}' as model_name,
        session_date
    from {{ model_name }}_orders_changed
    union distinct
    {% endif -%}
    {% endfor -%}
    {% if built('agg_sessions_daily') -%}
    select * from first_sessions
    union distinct
    {% endif %}
    -- a table that is not built counts all days
    select
        cast(null as {{ type_text() }}) as model_name,
        cast(null as date) as session_date
    where false

)

select * from days_pending

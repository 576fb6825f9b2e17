{#- What dim_visitors and dim_persons say of the first order, and of the first days. A build
    recomputes the rows whose values would differ. -#}


{#- The numbers of days from the first session on whose orders are summed. -#}
{% macro first_periods() -%}
    {{ return([30, 90, 365]) }}
{%- endmacro %}


{#- The names of the columns of the first order, as a list. -#}
{% macro columns_of_first_order() -%}
    {{ return([
        'first_order_session_id', 'first_order_date', 'sessions_until_first_order',
        'days_until_first_order',
    ]) }}
{%- endmacro %}


{#- The names of the columns for these days, as a list. -#}
{% macro columns_of_first_days() -%}
    {%- set names = [] -%}
    {%- for days in sessions.first_periods() -%}
        {%- do names.append('first_' ~ days ~ '_days_order_count') -%}
        {%- do names.append('first_' ~ days ~ '_days_revenue') -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#- Those columns as aggregates over sessions, which have the first_session_started_at of
    their visitor or person and the newest_event_at of all: null until that lies beyond the
    days. -#}
{% macro sums_of_first_days() -%}
    {%- for days in sessions.first_periods() %}
    {%- set is_over = sessions.has_passed(
        days, 'max(first_session_started_at)', 'max(newest_event_at)'
    ) %}
    {%- set is_within -%}
        session_started_at < {{ sessions.timestamp_add(
            'day', days, 'first_session_started_at'
        ) }}
    {%- endset %}
cast(
    case
        when {{ is_over }}
            then sum(case when {{ is_within }} then order_count else 0 end)
    end as {{ dbt.type_bigint() }}
) as first_{{ days }}_days_order_count,
{{ sessions.money(
    'case when ' ~ is_over ~ ' then sum(case when ' ~ is_within
    ~ ' then revenue else 0 end) end'
) }} as first_{{ days }}_days_revenue
    {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- Whether a number of days of 24 hours since the first session lie before the newest
    event. -#}
{% macro has_passed(days, first_session_started_at, newest_event_at) -%}
    {{ sessions.timestamp_add('day', days, first_session_started_at) }}
    < {{ newest_event_at }}
{%- endmacro %}


{#- The columns of the first order as aggregates over sessions, of which one has_first_order.

    is_first: the column that says which session is the first.
    place: the column that numbers sessions in order. -#}
{% macro first_order_columns(is_first, place) -%}
    {%- set first_date = 'max(case when ' ~ is_first ~ ' then session_date end)' -%}
    {%- set order_date = 'max(case when has_first_order then session_date end)' -%}
max(case when has_first_order then session_id end) as first_order_session_id,
{{ order_date }} as first_order_date,
cast(max(case when has_first_order then {{ place }} end) as {{ dbt.type_bigint() }})
    as sessions_until_first_order,
cast({{ sessions.datediff_days(first_date, order_date) }} as {{ dbt.type_bigint() }})
    as days_until_first_order
{%- endmacro %}


{#- Whether a session has the first order of its timeline.

    timeline: partition by ... order by ..., the contents of an over clause. -#}
{% macro has_first_order(timeline) -%}
    order_count > 0 and count(case when order_count > 0 then 1 end) over (
        {{ timeline }} rows between unbounded preceding and current row
    ) = 1
{%- endmacro %}


{#- The newest event of all sessions. -#}
{% macro newest_event_at() -%}
    (select max(newest.session_ended_at) from {{ ref('fct_sessions') }} as newest)
{%- endmacro %}


{#- The columns by which a row of the dimension is compared with the orders of its sessions.

    grain: the columns that name a visitor or a person. -#}
{% macro columns_of_orders(grain) -%}
    {{ return(grain + [
        'order_count', 'valued_order_count', 'revenue', 'refunded_revenue',
        'first_order_session_id',
    ] + sessions.columns_of_first_days()) }}
{%- endmacro %}


{#- A query for these columns by the current sessions, for those who have a row. -#}
{% macro orders_of_rows(grain) -%}
    select
        {{ grain | join(', ') }},
        cast(sum(order_count) as {{ dbt.type_bigint() }}) as order_count,
        cast(sum(valued_order_count) as {{ dbt.type_bigint() }}) as valued_order_count,
        {{ sessions.money('sum(revenue)') }} as revenue,
        {{ sessions.money('sum(refunded_revenue)') }} as refunded_revenue,
        max(case when has_first_order then session_id end) as first_order_session_id,
        {{ sessions.sums_of_first_days() }}
    from (
        select
            sessions.*,
            built.first_session_started_at,
            {{ sessions.newest_event_at() }} as newest_event_at,
            row_number() over (
                partition by
                    {%- for name in grain %}
                    sessions.{{ name }}{{ ',' if not loop.last }}
                    {%- endfor %}
                order by
                    sessions.session_started_at,
                    {{ sessions.collate_binary('sessions.visitor_id') }},
                    sessions.session_number
            ) = 1 as has_first_order
        from {{ ref('fct_sessions') }} as sessions
        inner join {{ this }} as built
            on
            {%- for name in grain %}
            sessions.{{ name }} = built.{{ name }}{{ ' and' if not loop.last }}
            {%- endfor %}
        where sessions.order_count > 0
    ) as sessions_with_orders
    group by {{ grain | join(', ') }}
{%- endmacro %}


{#- A query for the rows of a dimension of which the newest event now lies beyond the days,
    or no longer does.

    grain: see columns_of_orders. -#}
{% macro rows_with_other_days(grain) -%}
    select {{ grain | join(', ') }}
    from (
        select built.*, {{ sessions.newest_event_at() }} as newest_event_at
        from {{ this }} as built
    ) as built
    where
    {%- for days in sessions.first_periods() %}
        ({{ sessions.has_passed(days, 'first_session_started_at', 'newest_event_at') }})
        != (first_{{ days }}_days_revenue is not null)
        {{ 'or' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

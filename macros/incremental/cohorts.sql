{#- agg_visitor_cohorts is built again from a week on. An event of an earlier week would have
    to change for a row of that week to differ: for its visitors, their cohorts or the size
    of these, which the first sessions of a cohort decide. -#}


{#- A query for the first week, a Monday, of which agg_visitor_cohorts does not have all
    sessions as they are; null if it has them all. -#}
{% macro first_affected_cohort_week() -%}
    select {{ sessions.week_start('min(session_date)') }}
    from (
        {{ sessions.affected_island_days('agg_visitor_cohorts') }}
        union all
        {{ sessions.weeks_with_changed_cohort_revenue() }}
    ) as affected_days
{%- endmacro %}


{#- A query for the weeks in which the orders of a cohort differ from those of fct_sessions:
    revenue follows the order, to sessions of any age. -#}
{% macro weeks_with_changed_cohort_revenue() -%}
    {%- set columns = [
        'site_id', 'cohort_week', 'session_date', 'order_count', 'revenue', 'net_revenue',
    ] -%}
    {%- set as_built -%}
        (
            select
                site_id,
                cohort_week,
                {{ sessions.date_add(
                    'cast(7 * weeks_since as ' ~ dbt.type_int() ~ ')', 'cohort_week'
                ) }} as session_date,
                order_count,
                revenue,
                net_revenue
            from {{ sessions.existing_relation('agg_visitor_cohorts') }}
            where order_count > 0
        ) as built
    {%- endset -%}
    {%- set cohort_week = sessions.week_start('visitors.first_session_date') -%}
    {%- set session_week = sessions.week_start('sessions.session_date') -%}
    {%- set as_now -%}
        (
            select
                sessions.site_id,
                {{ cohort_week }} as cohort_week,
                {{ session_week }} as session_date,
                cast(sum(sessions.order_count) as {{ dbt.type_bigint() }}) as order_count,
                {{ sessions.money('sum(sessions.revenue)') }} as revenue,
                {{ sessions.money('sum(sessions.net_revenue)') }} as net_revenue
            from {{ ref('dim_visitors') }} as visitors
            inner join {{ ref('fct_sessions') }} as sessions
                on visitors.site_id = sessions.site_id
                and visitors.visitor_id = sessions.visitor_id
            where sessions.order_count > 0
            group by sessions.site_id, {{ cohort_week }}, {{ session_week }}
        ) as totals
    {%- endset -%}
    select session_date
    from (
        {{ sessions.symmetric_difference(columns, as_built, as_now) }}
    ) as cohorts_changed
{%- endmacro %}


{#- All rows from the first selected week on, or from an earlier one that has lost all of
    its sessions. -#}
{% macro agg_visitor_cohorts__replaced_rows(selected) -%}
    {%- set week_of_row = sessions.date_add(
        'cast(7 * weeks_since as ' ~ dbt.type_int() ~ ')', 'cohort_week'
    ) -%}
    {{ week_of_row }} >= (
        select {{ sessions.week_start('min(session_date)') }}
        from (
            select {{ week_of_row }} as session_date from {{ selected }}
            union all
            {{ sessions.affected_island_days('agg_visitor_cohorts') }}
        ) as affected_days
    )
{%- endmacro %}

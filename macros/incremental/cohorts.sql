{#- agg_visitor_cohorts and agg_visitor_cohorts_monthly are built again from a week, or a
    month, on. An event of an earlier one would have to change for a row of it to differ:
    for its visitors, their cohorts or the size of these, which the first sessions of a
    cohort decide. -#}


{#- The table of cohorts by a unit.

    unit: week or month. -#}
{% macro table_of_cohorts(unit) -%}
    {{ return(
        {'week': 'agg_visitor_cohorts', 'month': 'agg_visitor_cohorts_monthly'}[unit]
    ) }}
{%- endmacro %}


{#- The first day of the week or month of a day. -#}
{% macro unit_start(unit, day) -%}
    {{ sessions.week_start(day) if unit == 'week' else sessions.month_start(day) }}
{%- endmacro %}


{#- How many weeks or months lie between two first days of them. -#}
{% macro units_between(unit, first, last) -%}
    {%- if unit == 'week' -%}
        {{ sessions.datediff_days(first, last) }} / 7
    {%- else -%}
        {{ sessions.datediff_months(first, last) }}
    {%- endif -%}
{%- endmacro %}


{#- A query for what visitors of each cohort did in each week or month since their first
    session, with cohort, the first day of that of the first session, and units_since. After
    the first build it has the weeks or months from the first affected one on: a late event
    may move its visitor to another cohort, with all later sessions.

    unit: week or month. -#}
{% macro cohorts_by(unit) -%}
    with

    visitors as (

        select
            site_id,
            visitor_id,
            first_channel,
            {{ sessions.unit_start(unit, 'first_session_date') }} as cohort

        from {{ ref('dim_visitors') }}

    ),

    sessions as (

        select
            *,
            {{ sessions.unit_start(unit, 'session_date') }} as session_unit

        from {{ ref('fct_sessions') }}

        {% if is_incremental() %}
        where session_date >= ({{ sessions.first_affected_cohort_unit(unit) }})
        {% endif %}

    ),

    channels_of_cohorts as (

        select
            site_id,
            cohort,
            first_channel,
            count(*) as channel_visitor_count,
            sum(count(*)) over (partition by site_id, cohort) as cohort_visitor_count

        from visitors

        group by site_id, cohort, first_channel

    ),

    cohorts_by_unit as (

        select
            sessions.site_id,
            visitors.cohort,
            visitors.first_channel,
            sessions.session_unit,
            count(distinct sessions.visitor_id) as visitor_count,
            count(*) as session_count,
            sum(sessions.order_count) as order_count,
            sum(sessions.revenue) as revenue,
            sum(sessions.net_revenue) as net_revenue

        from visitors
        inner join sessions
            on
                visitors.site_id = sessions.site_id
                and visitors.visitor_id = sessions.visitor_id

        group by
            sessions.site_id,
            visitors.cohort,
            visitors.first_channel,
            sessions.session_unit

    )

    select
        units.*,
        {{ sessions.units_between(unit, 'units.cohort', 'units.session_unit') }}
            as units_since,
        cohorts.cohort_visitor_count,
        cohorts.channel_visitor_count

    from cohorts_by_unit as units
    inner join channels_of_cohorts as cohorts
        on
            units.site_id = cohorts.site_id
            and units.cohort = cohorts.cohort
            and units.first_channel = cohorts.first_channel
{%- endmacro %}


{#- The first day of the week or month that a row of cohorts is about. -#}
{% macro unit_of_row(unit) -%}
    {%- if unit == 'week' -%}
        {{ sessions.date_add(
            'cast(7 * weeks_since as ' ~ dbt.type_int() ~ ')', 'cohort_week'
        ) }}
    {%- else -%}
        {{ sessions.add_months(
            'cast(months_since as ' ~ dbt.type_int() ~ ')', 'cohort_month'
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- A query for the first week or month whose sessions differ from those in a table of
    cohorts; null if none do.

    unit: week or month. -#}
{% macro first_affected_cohort_unit(unit) -%}
    select {{ sessions.unit_start(unit, 'min(session_date)') }}
    from (
        {{ sessions.affected_island_days(sessions.table_of_cohorts(unit)) }}
        union all
        {{ sessions.units_with_changed_cohort_revenue(unit) }}
    ) as affected_days
{%- endmacro %}


{#- A query for the weeks or months in which the orders of a cohort differ from those of
    fct_sessions: revenue follows the order, to sessions of any age.

    unit: week or month. -#}
{% macro units_with_changed_cohort_revenue(unit) -%}
    {%- set cohort = 'cohort_' ~ unit -%}
    {%- set columns = [
        'site_id', cohort, 'first_channel', 'session_date', 'order_count', 'revenue',
        'net_revenue',
    ] -%}
    {%- set as_built -%}
        (
            select
                site_id,
                {{ cohort }},
                first_channel,
                {{ sessions.unit_of_row(unit) }} as session_date,
                order_count,
                revenue,
                net_revenue
            from {{ sessions.existing_relation(sessions.table_of_cohorts(unit)) }}
            where order_count > 0
        ) as built
    {%- endset -%}
    {%- set start_of_cohort = sessions.unit_start(unit, 'visitors.first_session_date') -%}
    {%- set start_of_session = sessions.unit_start(unit, 'sessions.session_date') -%}
    {%- set as_now -%}
        (
            select
                sessions.site_id,
                {{ start_of_cohort }} as {{ cohort }},
                visitors.first_channel,
                {{ start_of_session }} as session_date,
                cast(sum(sessions.order_count) as {{ dbt.type_bigint() }}) as order_count,
                {{ sessions.money('sum(sessions.revenue)') }} as revenue,
                {{ sessions.money('sum(sessions.net_revenue)') }} as net_revenue
            from {{ ref('dim_visitors') }} as visitors
            inner join {{ ref('fct_sessions') }} as sessions
                on visitors.site_id = sessions.site_id
                and visitors.visitor_id = sessions.visitor_id
            where sessions.order_count > 0
            group by
                sessions.site_id, {{ start_of_cohort }}, visitors.first_channel,
                {{ start_of_session }}
        ) as totals
    {%- endset -%}
    select session_date
    from (
        {{ sessions.symmetric_difference(columns, as_built, as_now) }}
    ) as cohorts_changed
{%- endmacro %}


{#- All rows from the first selected week or month on, or from an earlier one that has lost
    all of its sessions.

    unit: week or month. -#}
{% macro is_from_replaced_unit_on(unit, selected) -%}
    {%- set unit_of_row = sessions.unit_of_row(unit) -%}
    {{ unit_of_row }} >= (
        select {{ sessions.unit_start(unit, 'min(session_date)') }}
        from (
            select {{ unit_of_row }} as session_date from {{ selected }}
            union all
            {{ sessions.affected_island_days(sessions.table_of_cohorts(unit)) }}
        ) as affected_days
    )
{%- endmacro %}

{% macro agg_visitor_cohorts__replaced_rows(selected) -%}
    {{ sessions.is_from_replaced_unit_on('week', selected) }}
{%- endmacro %}

{% macro agg_visitor_cohorts_monthly__replaced_rows(selected) -%}
    {{ sessions.is_from_replaced_unit_on('month', selected) }}
{%- endmacro %}

{#- What data tests look at: with test_scope recent, the days whose rows have changed. -#}


{#- Whether a row is on a day that data tests look at. Rows without a day are only among all.

    day: its calendar day. -#}
{% macro is_in_test_scope(day) -%}
    {%- set days = ref('int_tested_days') -%}
    {%- if sessions.setting('test_scope') == 'all' -%}
        {{ return('true') }}
    {%- endif -%}
    {#- DuckDB filters while it scans only if the subquery has a condition of its own. -#}
    {{ day }} in (select tested_date from {{ days }} where tested_date is not null)
{%- endmacro %}


{#- Whether a session is of a visitor with a session on these days: what follows from the
    order of a visitor's sessions can only be seen in all of them. -#}
{% macro is_of_visitor_in_test_scope() -%}
    {%- set few -%}
        (
            select site_id, visitor_id from {{ ref('fct_sessions') }}
            where {{ sessions.is_in_test_scope('session_date') }}
        ) as visitors
    {%- endset -%}
    {%- if sessions.setting('test_scope') == 'all' -%}
        {{ return('true') }}
    {%- endif -%}
    {%- set columns = ['site_id', 'visitor_id'] -%}
    {{ sessions.tuple_in(columns, columns, few) }}
{%- endmacro %}


{#- Whether all days of a session are ones that data tests look at: only then do they see
    all of its events.

    first_day, last_day: the calendar days of its first and last event. -#}
{% macro is_whole_session_in_test_scope(first_day, last_day) -%}
    {{ sessions.is_in_test_scope(first_day) }}
    and {{ sessions.is_in_test_scope(last_day) }}
    {%- if sessions.setting('test_scope') != 'all' %}
    and {{ sessions.datediff_days(first_day, last_day) }} <= 1
    {%- endif -%}
{%- endmacro %}


{#- Whether a row has arrived in the time of which data tests compare raw rows with built
    ones: since three days before the newest built row.

    loaded_at: when it arrived. -#}
{% macro is_loaded_in_test_scope(loaded_at) -%}
    {%- set built_rows = ref('int_events_enriched') -%}
    {%- if sessions.setting('test_scope') == 'all' -%}
        {{ return('true') }}
    {%- endif -%}
    {{ loaded_at }} >= (
        select {{ sessions.timestamp_add('day', -3, 'max(newest.loaded_at)') }}
        from {{ built_rows }} as newest
    )
{%- endmacro %}


{#- The incremental tables that this run builds, as names of models. -#}
{% macro tables_of_run() -%}
    {%- set tables = [] -%}
    {%- for id in (selected_resources if execute else [])
        if id.startswith('model.sessions.') -%}
        {%- set node = sessions.node_of(id) -%}
        {%- if node.name == 'int_events_enriched' or node.config.meta.get('built_from') -%}
            {%- do tables.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables | sort) }}
{%- endmacro %}


{#- Whether this run builds one of several tables from scratch, as a condition.

    tables: names of incremental models. -#}
{% macro is_any_full_refresh(tables) -%}
    {%- set rebuilt = [] -%}
    {%- for name in tables if sessions.is_full_refresh(name) -%}
        {%- do rebuilt.append(name) -%}
    {%- endfor -%}
    {{ return('true' if rebuilt else 'false') }}
{%- endmacro %}

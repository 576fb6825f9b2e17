{#- Statements that take effect together, or not at all where the engine can promise that.
    Empty ones are left out.

    statements: a list. -#}
{% macro together(statements) -%}
    {%- set sent = [] -%}
    {%- for statement in statements if statement | trim -%}
        {%- do sent.append(statement | trim) -%}
    {%- endfor -%}
    {%- if sent -%}
        {{ return(adapter.dispatch('together', 'sessions')(sent)) }}
    {%- endif -%}
{%- endmacro %}

{#- dbt has begun a transaction. -#}
{% macro default__together(statements) -%}
    {{ statements | join(';\n') }}
{%- endmacro %}

{#- Here it has not. -#}
{% macro snowflake__together(statements) -%}
    begin;
    {{ statements | join(';\n') }};
    commit
{%- endmacro %}

{% macro redshift__together(statements) -%}
    {{ return(sessions.snowflake__together(statements)) }}
{%- endmacro %}

{% macro bigquery__together(statements) -%}
    begin transaction;
    {{ statements | join(';\n') }};
    commit transaction
{%- endmacro %}

{#- ClickHouse and Databricks take one statement at a time. -#}
{% macro clickhouse__together(statements) -%}
    {%- for statement in statements[:-1] if execute -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
    {{ return(statements[-1]) }}
{%- endmacro %}

{% macro databricks__together(statements) -%}
    {{ return(sessions.clickhouse__together(statements)) }}
{%- endmacro %}


{#- Lets no other build write until the transaction ends. Two builds at once would both find
    the same rows new, and one could remember what the other has not written yet. -#}
{% macro hold_others_off() -%}
    {{ return(adapter.dispatch('hold_others_off', 'sessions')()) }}
{%- endmacro %}

{% macro default__hold_others_off() -%}
{%- endmacro %}

{#- Readers go on. What waits here sees what the other build wrote, once it has the lock. -#}
{% macro postgres__hold_others_off() -%}
    lock table {{ sessions.table_of_builds() }} in share row exclusive mode
{%- endmacro %}

{% macro redshift__hold_others_off() -%}
{%- endmacro %}

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

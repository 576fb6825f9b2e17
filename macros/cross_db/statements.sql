{#- Statements that take effect together, or not at all where the engine has transactions.
    Empty ones are left out.

    statements: a list. -#}
{% macro in_one_transaction(statements) -%}
    {%- set sent = [] -%}
    {%- for statement in statements if statement | trim -%}
        {%- do sent.append(statement | trim) -%}
    {%- endfor -%}
    {%- if sent -%}
        {{ return(adapter.dispatch('in_one_transaction', 'sessions')(sent)) }}
    {%- endif -%}
{%- endmacro %}

{#- dbt has already begun a transaction. -#}
{% macro default__in_one_transaction(statements) -%}
    {{ statements | join(';\n') }}
{%- endmacro %}

{#- Here dbt has not. -#}
{% macro snowflake__in_one_transaction(statements) -%}
    begin;
    {{ statements | join(';\n') }};
    commit
{%- endmacro %}

{% macro redshift__in_one_transaction(statements) -%}
    {{ return(sessions.snowflake__in_one_transaction(statements)) }}
{%- endmacro %}

{% macro bigquery__in_one_transaction(statements) -%}
    begin transaction;
    {{ statements | join(';\n') }};
    commit transaction
{%- endmacro %}

{#- ClickHouse and Databricks take one statement at a time. -#}
{% macro clickhouse__in_one_transaction(statements) -%}
    {%- for statement in statements[:-1] if execute -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
    {{ return(statements[-1]) }}
{%- endmacro %}

{% macro databricks__in_one_transaction(statements) -%}
    {{ return(sessions.clickhouse__in_one_transaction(statements)) }}
{%- endmacro %}


{#- Keeps other builds from writing until the transaction ends. Two concurrent builds would
    both find the same rows new, and one could record what the other has not written yet. -#}
{% macro acquire_build_lock() -%}
    {{ return(adapter.dispatch('acquire_build_lock', 'sessions')()) }}
{%- endmacro %}

{% macro default__acquire_build_lock() -%}
{%- endmacro %}

{#- Readers are not blocked. A build that waits here sees what the other one wrote. -#}
{% macro postgres__acquire_build_lock() -%}
    lock table {{ sessions.table_of_builds() }} in share row exclusive mode
{%- endmacro %}

{% macro redshift__acquire_build_lock() -%}
{%- endmacro %}

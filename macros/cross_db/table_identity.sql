{#- What tells a table from another that takes its place under the same name: a text. An
    older copy that was restored has other rows, and rarely as many.

    table: the relation. -#}
{% macro table_identity(table) -%}
    {{ return(adapter.dispatch('table_identity', 'sessions')(table)) }}
{%- endmacro %}

{#- A number that most engines know without reading a row. -#}
{% macro default__table_identity(table) -%}
    (select cast(count(*) as {{ sessions.type_text() }}) from {{ table }})
{%- endmacro %}

{#- PostgreSQL would read the table to count its rows; a table that was restored has another
    number. -#}
{% macro postgres__table_identity(table) -%}
    (
        select cast(classes.oid as text)
        from pg_class as classes
        inner join pg_namespace as namespaces
            on classes.relnamespace = namespaces.oid
        where namespaces.nspname = {{ sessions.text_literal(table.schema) }}
        and classes.relname = {{ sessions.text_literal(table.identifier) }}
    )
{%- endmacro %}

{% macro redshift__table_identity(table) -%}
    {{ return(sessions.default__table_identity(table)) }}
{%- endmacro %}

{#- Spark would begin a job to count rows; it remembers when a table was made. -#}
{% macro spark__table_identity(table) -%}
    {%- set rows = run_query('describe table extended ' ~ table).rows if execute else [] -%}
    {%- set made = namespace(at='') -%}
    {%- for row in rows if row[0] == 'Created Time' -%}
        {%- set made.at = row[1] -%}
    {%- endfor -%}
    {{ return(sessions.text_literal(made.at)) }}
{%- endmacro %}

{% macro databricks__table_identity(table) -%}
    {{ return(sessions.default__table_identity(table)) }}
{%- endmacro %}

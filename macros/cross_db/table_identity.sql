{#- A text that differs between the table of a model and another one in its place, such as
    an older copy that was restored: a copy has other rows, so their number or sums differ.

    model_name: an incremental model of this package.
    table: its relation. -#}
{% macro table_identity(model_name, table) -%}
    {{ return(adapter.dispatch('table_identity', 'sessions')(model_name, table)) }}
{%- endmacro %}

{#- The number of rows, and the sums of the bigint columns in its contract and of the
    columns that its meta lists as identified_by. -#}
{% macro default__table_identity(model_name, table) -%}
    {%- set node = sessions.node_of('model.sessions.' ~ model_name) if execute else model -%}
    {%- set columns = node.config.meta.get('identified_by', []) | list -%}
    {%- for column in node.columns.values() if column.data_type == 'bigint' -%}
        {%- do columns.append(column.name) -%}
    {%- endfor -%}
    {%- set text = sessions.type_text() -%}
    (
        select
            cast(count(*) as {{ text }})
            {%- for column in columns %}
            || ' ' || coalesce(cast(sum({{ column }}) as {{ text }}), '')
            {%- endfor %}
        from {{ table }}
    )
{%- endmacro %}

{#- BigQuery bills each column it reads; the number of rows is metadata. -#}
{% macro bigquery__table_identity(model_name, table) -%}
    (select cast(count(*) as string) from {{ table }})
{%- endmacro %}

{#- PostgreSQL would scan the table to count its rows; a restored table has another oid. -#}
{% macro postgres__table_identity(model_name, table) -%}
    (
        select cast(classes.oid as text)
        from pg_class as classes
        inner join pg_namespace as namespaces
            on classes.relnamespace = namespaces.oid
        where namespaces.nspname = {{ sessions.quote_literal(table.schema) }}
        and classes.relname = {{ sessions.quote_literal(table.identifier) }}
    )
{%- endmacro %}

{% macro redshift__table_identity(model_name, table) -%}
    {{ return(sessions.default__table_identity(model_name, table)) }}
{%- endmacro %}

{#- Spark would start a job to count rows; the creation time is metadata, which dbt lists for
    all tables as a run begins. -#}
{% macro spark__table_identity(model_name, table) -%}
    {%- set known = load_relation(table) if execute and not sessions.is_full_refresh(model_name) -%}
    {%- set made = modules.re.search(
        'Created Time: *(.*)', known.information or ''
    ) if known -%}
    {%- if made -%}
        {{ return(sessions.quote_literal(made[1] | trim)) }}
    {%- endif -%}
    {%- set rows = run_query('describe table extended ' ~ table).rows if execute else [] -%}
    {%- set created = rows | selectattr(0, 'equalto', 'Created Time') | map(attribute=1) -%}
    {{ return(sessions.quote_literal(created | first | default('') | trim)) }}
{%- endmacro %}

{% macro databricks__table_identity(model_name, table) -%}
    {{ return(sessions.default__table_identity(model_name, table)) }}
{%- endmacro %}

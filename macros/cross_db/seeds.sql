{#- Fills the table of a seed. It stands in for dbt's own macro of this name where a seed of
    this package is loaded. -#}
{% macro load_csv_rows(model, agate_table) -%}
    {{ return(adapter.dispatch('load_seed', 'sessions')(model, agate_table)) }}
{%- endmacro %}

{% macro default__load_seed(model, agate_table) -%}
    {{ return(dbt.load_csv_rows(model, agate_table)) }}
{%- endmacro %}

{#- On Spark, dbt writes a null as the text None, and a cast for each value. -#}
{% macro spark__load_seed(model, agate_table) -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- do values.append(none if value is none else value | string) -%}
        {%- endfor -%}
        {%- do rows.append(values) -%}
    {%- endfor -%}
    {%- set types = model.config.column_types -%}
    {%- set statement -%}
        insert into {{ this }}
        select
            {%- for name in agate_table.column_names %}
            cast(values[{{ loop.index0 }}] as {{ types[name] }}) as {{ name }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from (
            select explode(from_json(
                {{ sessions.text_literal(tojson(rows)) }}, 'array<array<string>>'
            )) as values
        ) as lines
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=true) -%}
    {{ return(statement) }}
{%- endmacro %}

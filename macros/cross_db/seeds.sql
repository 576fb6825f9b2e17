{#- Drops views that have the name of a seed the run loads: `dbt clone` creates them where
    an engine cannot copy tables, and dbt does not replace a view by a seed's table. -#}
{% macro drop_views_of_seeds() -%}
    {%- for id in (selected_resources if execute and flags.WHICH in ('build', 'seed')) -%}
        {%- set seed = sessions.node_of(id) -%}
        {%- if seed and seed.resource_type == 'seed' and seed.package_name == 'sessions' -%}
            {%- set relation = sessions.relation_of_node(seed) -%}
            {%- do adapter.drop_relation(relation) if relation and relation.is_view -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Creates the table of a seed, with the engine's types. This macro, reset_csv_table and
    load_csv_rows override dbt's own for the seeds of this package. -#}
{% macro create_csv_table(model, agate_table) -%}
    {%- do sessions.use_types_of_engine(model) -%}
    {{ return(dbt.create_csv_table(model, agate_table)) }}
{%- endmacro %}

{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- do sessions.use_types_of_engine(model) -%}
    {{ return(dbt.reset_csv_table(model, full_refresh, old_relation, agate_table)) }}
{%- endmacro %}


{#- Replaces the types that the yml declares for a seed's columns by those of the engine. -#}
{% macro use_types_of_engine(model) -%}
    {%- set types = model.config.column_types -%}
    {%- for column in types -%}
        {%- do types.update({column: sessions.type_of(types[column])}) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Loads the rows of a seed into its table. -#}
{% macro load_csv_rows(model, agate_table) -%}
    {{ return(adapter.dispatch('load_seed', 'sessions')(model, agate_table)) }}
{%- endmacro %}

{% macro default__load_seed(model, agate_table) -%}
    {{ return(dbt.load_csv_rows(model, agate_table)) }}
{%- endmacro %}

{#- Databricks loads seeds correctly, although it inherits from Spark. -#}
{% macro databricks__load_seed(model, agate_table) -%}
    {{ return(dbt.load_csv_rows(model, agate_table)) }}
{%- endmacro %}

{#- dbt-spark would write a null as the text None, and one cast per value. -#}
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
                {{ sessions.quote_literal(tojson(rows)) }}, 'array<array<string>>'
            )) as values
        ) as lines
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=true) -%}
    {{ return(statement) }}
{%- endmacro %}

{#- Drops views of the names of seeds that the run loads: `dbt clone` makes them where an
    engine does not copy tables, and dbt puts no table in the place of a view. -#}
{% macro drop_views_of_seeds() -%}
    {%- for id in (selected_resources if execute and flags.WHICH in ('build', 'seed')) -%}
        {%- set seed = graph.nodes.get(id) -%}
        {%- if seed and seed.resource_type == 'seed' and seed.package_name == 'sessions' -%}
            {%- set relation = sessions.relation_of_node(seed) -%}
            {%- do adapter.drop_relation(relation) if relation and relation.is_view -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Makes the table of a seed, with types of the engine. This and the next two macros stand
    in for dbt's own of the same names where a seed of this package is loaded. -#}
{% macro create_csv_table(model, agate_table) -%}
    {%- do sessions.use_types_of_engine(model) -%}
    {{ return(dbt.create_csv_table(model, agate_table)) }}
{%- endmacro %}

{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- do sessions.use_types_of_engine(model) -%}
    {{ return(dbt.reset_csv_table(model, full_refresh, old_relation, agate_table)) }}
{%- endmacro %}


{#- Replaces the types that the yml gives the columns of a seed by those of the engine. -#}
{% macro use_types_of_engine(model) -%}
    {%- set types = model.config.column_types -%}
    {%- for column in types -%}
        {%- do types.update({column: sessions.type_of(types[column])}) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Fills the table of a seed. -#}
{% macro load_csv_rows(model, agate_table) -%}
    {{ return(adapter.dispatch('load_seed', 'sessions')(model, agate_table)) }}
{%- endmacro %}

{% macro default__load_seed(model, agate_table) -%}
    {{ return(dbt.load_csv_rows(model, agate_table)) }}
{%- endmacro %}

{#- Databricks fills seeds as it should, though it is a Spark. -#}
{% macro databricks__load_seed(model, agate_table) -%}
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
                {{ sessions.quote_literal(tojson(rows)) }}, 'array<array<string>>'
            )) as values
        ) as lines
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=true) -%}
    {{ return(statement) }}
{%- endmacro %}

{#- Stops a run that would read views of a database under a former name. -#}
{% macro check_views() -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {{ adapter.dispatch('check_views', 'sessions')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__check_views() -%}
{%- endmacro %}

{#- DuckDB names a database after its file, and a view keeps that name when the file is
    renamed. -#}
{% macro duckdb__check_views() -%}
    {%- set names, ids = [], [] -%}
    {%- for id in graph.nodes if id.startswith('model.sessions.') -%}
        {%- if id in selected_resources -%}
            {%- do ids.append(id) -%}
        {%- elif sessions.node_of(id).config.materialized == 'view' -%}
            {%- do names.append(sessions.quote_literal(sessions.node_of(id).alias)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if names and ids -%}
        {%- set lost = run_query(
            "select view_name from duckdb_views() where database_name = current_database() "
            ~ "and view_name in (" ~ names | join(', ') ~ ") "
            ~ "and contains(replace(sql, '\"', ''), '.' || schema_name || '.') "
            ~ "and not contains(replace(sql, '\"', ''), "
            ~ "database_name || '.' || schema_name || '.')"
        ).rows -%}
        {%- if lost -%}
            {{ exceptions.raise_compiler_error(
                "views such as " ~ lost[0][0] ~ " were made when the DuckDB file had "
                ~ "another name, and read that one; type first: "
                ~ "dbt run --select config.materialized:view"
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- A view on DuckDB, replaced in one statement. dbt's own creates it under another name,
    renames twice and drops the former one, which a build of many views pays for each time.
    It applies where this project is built itself: dbt lets no package replace a
    materialization. -#}
{% materialization view, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- if existing_relation and not existing_relation.is_view -%}
        {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
    {%- if pre_hooks -%}
        {{ run_hooks(pre_hooks, inside_transaction=False) }}
        {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(sql) }}
        {%- endif -%}
        {{ config.get('sql_header') or '' }}
        create or replace view {{ target_relation }} as (
            {{ sql }}
        )
    {%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if post_hooks -%}
        {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {%- if post_hooks -%}
        {{ run_hooks(post_hooks, inside_transaction=False) }}
    {%- endif -%}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

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
    {%- for id, node in graph.nodes.items() if id.startswith('model.sessions.') -%}
        {%- if id in selected_resources -%}
            {%- do ids.append(id) -%}
        {%- elif node.config.materialized == 'view' -%}
            {%- do names.append(sessions.quote_literal(node.alias)) -%}
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

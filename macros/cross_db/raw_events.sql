{#- Whether a table that a source may lack is there. Its schema is listed once in a run, when
    this is first rendered, so all models see the same. True in unit tests.

    relation: the source. -#}
{% macro is_existing_source(relation) -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(adapter.dispatch('is_existing_source', 'sessions')(relation)) }}
{%- endmacro %}

{% macro default__is_existing_source(relation) -%}
    {{ return(load_relation(relation) is not none) }}
{%- endmacro %}

{#- The catalog is queried directly, because dbt does not list foreign tables. -#}
{% macro postgres__is_existing_source(relation) -%}
    {%- set name = adapter.quote(relation.schema) ~ '.' ~ adapter.quote(relation.identifier) -%}
    {{ return(run_query(
        'select to_regclass(' ~ sessions.quote_literal(name) ~ ') is not null'
    ).rows[0][0]) }}
{%- endmacro %}

{% macro redshift__is_existing_source(relation) -%}
    {{ return(sessions.default__is_existing_source(relation)) }}
{%- endmacro %}


{#- Creates an empty raw.events where it is missing, so that a build before the first load
    succeeds. On other engines than DuckDB the loader owns the table; on PostgreSQL a
    missing one is an error before anything is built. -#}
{% macro create_raw_events() -%}
    {%- if 'generic' in sessions.event_sources(sessions.setting('event_sources')) -%}
        {{ adapter.dispatch('create_raw_events', 'sessions')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__create_raw_events() -%}
{%- endmacro %}

{% macro duckdb__create_raw_events() -%}
    {#- Named with its database: in a file called raw.duckdb, raw alone is ambiguous. Another
        database belongs to whoever attached it. -#}
    {%- set raw = graph.sources.get('source.sessions.raw.events') if execute -%}
    {%- if raw and raw.database == target.database -%}
    {%- set schema = adapter.quote(raw.database) ~ '.' ~ adapter.quote(raw.schema) -%}
    create schema if not exists {{ schema }};
    create table if not exists {{ schema }}.{{ adapter.quote(raw.identifier) }} (
        {%- for column in sessions.contract_columns(with_unkept=true) %}
        {{ column.name }} {{ sessions.type_of(column.data_type) }}{{ ',' if not loop.last }}
        {%- endfor %}
    );
    {%- endif -%}
{%- endmacro %}

{% macro postgres__create_raw_events() -%}
    {%- set raw = graph.sources.get('source.sessions.raw.events') if execute -%}
    {%- if raw and flags.WHICH in ('run', 'build')
        and 'model.sessions.stg_generic__events' in selected_resources -%}
        {%- if not sessions.postgres__is_existing_source(raw) -%}
            {{ exceptions.raise_compiler_error(
                "there is no " ~ raw.schema ~ "." ~ raw.identifier ~ " in the database "
                ~ target.database ~ "; create it as docs/engines.md shows under "
                ~ '"When something is missing", and load events into it'
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro redshift__create_raw_events() -%}
{%- endmacro %}

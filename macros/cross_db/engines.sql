{#- The engines for which every statement is written, by the names of their adapters. -#}
{% macro engines() -%}
    {{ return([
        'duckdb', 'postgres', 'spark', 'snowflake', 'bigquery', 'redshift', 'databricks',
        'trino', 'clickhouse'
    ]) }}
{%- endmacro %}


{#- Stops the run on any other engine: statements would fail there one by one.

    engine: the name of its adapter. -#}
{% macro check_engine(engine) -%}
    {%- if execute and engine not in sessions.engines() -%}
        {{ exceptions.raise_compiler_error(
            "sessions does not run on " ~ engine ~ "; in profiles.yml, write one of "
            ~ sessions.engines() | join(', ') ~ " as the type of the target "
            ~ target.name
        ) }}
    {%- endif -%}
{%- endmacro %}

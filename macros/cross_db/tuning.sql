{#- Session settings, made before anything is built. -#}
{% macro set_session_settings() -%}
    {{ return(adapter.dispatch('set_session_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__set_session_settings() -%}
{%- endmacro %}

{#- A view keeps the settings of the session that creates it. -#}
{% macro spark__set_session_settings() -%}
    {{ return(sessions.spark__set_build_settings()) }}
{%- endmacro %}


{#- Settings for the rest of the run, made before a model is built: what an engine's
    optimizer does not find out by itself about these queries. -#}
{% macro set_build_settings() -%}
    {{ return(adapter.dispatch('set_build_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__set_build_settings() -%}
{%- endmacro %}

{#- DuckDB estimates the sizes of both sides of a join, and keeps the smaller one in memory.
    Its estimates for deduplicated names and for new rows are far too high, so it would keep
    the history instead. Without that optimizer, it keeps the right side, as the query is
    written: here always the small or the narrow one. And the write-ahead log is moved into
    the file once, not after each model. -#}
{% macro duckdb__set_build_settings() -%}
    set disabled_optimizers = 'build_side_probe_side';
    set checkpoint_threshold = '1GB'
{%- endmacro %}

{#- Spark computes times in the time zone of its session: UTC. It keeps the partitions of a
    table that a statement does not write. It skips files by the bounds of a timestamp only
    if the file stores it as microseconds. It creates no table in a folder with files, not
    even with the empty marker of a successful write. CollapseProject would compute the
    columns of one step as often as a later one uses them, and printing such a long plan
    would run out of memory. (Without that optimizer rule, another one, MergeSubplans, takes
    a count for a row.) -#}
{% macro spark__set_build_settings() -%}
    {%- for name, value in [
        ('spark.sql.session.timeZone', 'UTC'),
        ('spark.sql.sources.partitionOverwriteMode', 'dynamic'),
        ('spark.sql.parquet.outputTimestampType', 'TIMESTAMP_MICROS'),
        ('mapreduce.fileoutputcommitter.marksuccessfuljobs', 'false'),
        (
            'spark.sql.optimizer.excludedRules',
            'org.apache.spark.sql.catalyst.optimizer.CollapseProject,'
            ~ 'org.apache.spark.sql.execution.planmerging.MergeSubplans',
        ),
        ('spark.sql.maxPlanStringLength', '10000'),
    ] -%}
        {%- do run_query('set ' ~ name ~ ' = ' ~ value) -%}
    {%- endfor -%}
{%- endmacro %}

{#- A SQL warehouse rejects the settings of Parquet files. -#}
{% macro databricks__set_build_settings() -%}
    {%- do run_query('set time zone UTC') if execute -%}
{%- endmacro %}

{#- PostgreSQL compiles queries that it expects to be long, which takes longer than these
    do, and by default prices a row found by an index like four sequential pages, as on a
    spinning disk. For this transaction only. -#}
{% macro postgres__set_build_settings() -%}
    set local jit = off;
    set local random_page_cost = 1.1;
    set local work_mem = '128MB'
{%- endmacro %}

{% macro redshift__set_build_settings() -%}
{%- endmacro %}


{#- Updates the planner's statistics of a table after its model is built.

    table: the table. -#}
{% macro analyze_table(table) -%}
    {{ return(adapter.dispatch('analyze_table', 'sessions')(table)) }}
{%- endmacro %}

{% macro default__analyze_table(table) -%}
{%- endmacro %}

{#- PostgreSQL does so by itself, but minutes later: too late for the models that read the
    table. -#}
{% macro postgres__analyze_table(table) -%}
    analyze {{ table }}
{%- endmacro %}

{% macro redshift__analyze_table(table) -%}
{%- endmacro %}


{#- The end of a query whose columns are expensive and read more than once. PostgreSQL
    inlines subqueries, and would compute a column as often as it is named; several such
    queries in a row multiply. -#}
{% macro optimization_fence() -%}
    {{ return(adapter.dispatch('optimization_fence', 'sessions')()) }}
{%- endmacro %}

{% macro default__optimization_fence() -%}
{%- endmacro %}

{#- `offset 0` is an optimization fence: PostgreSQL does not inline the subquery. -#}
{% macro postgres__optimization_fence() -%}
    offset 0
{%- endmacro %}

{% macro redshift__optimization_fence() -%}
{%- endmacro %}


{#- Whether a value is one of a few among the many of a long table: a semi-join.

    column: the value, one of the keys by which the table is clustered or indexed; the few
        have the same name.
    few: their relation.
    second_column: another column of both, determined by the value and never null, such as
        event_at. It helps the engine and changes no result. -#}
{% macro in_subquery(column, few, second_column=none) -%}
    {{ return(adapter.dispatch('in_subquery', 'sessions')(column, few, second_column)) }}
{%- endmacro %}

{% macro default__in_subquery(column, few, second_column) -%}
    {{ column }} in (select {{ column }} from {{ few }})
{%- endmacro %}

{#- DuckDB filters with the few while it still scans, in a filter of each column, only if
    they come from a subquery with a condition of its own, here on nulls. A filter lets one
    in a hundred other rows pass, which is some in each 2,048 rows, the least that it skips
    of the other columns; two filters let next to none pass. -#}
{% macro duckdb__in_subquery(column, few, second_column) -%}
    {%- set columns = [column] + ([second_column] if second_column else []) -%}
    {%- for name in columns -%}
        {{ ' and ' if not loop.first }}{{ name }} in (
            select {{ name }} from {{ few }} where {{ name }} is not null
        )
    {%- endfor -%}
{%- endmacro %}

{#- PostgreSQL estimates that a subquery has many rows and scans the table, but that an
    array has ten entries, and looks each of them up. -#}
{% macro postgres__in_subquery(column, few, second_column) -%}
    {{ column }} = any(
        array(select distinct {{ column }} from {{ few }} where {{ column }} is not null)
    )
{%- endmacro %}

{% macro redshift__in_subquery(column, few, second_column) -%}
    {{ return(sessions.default__in_subquery(column, few, second_column)) }}
{%- endmacro %}


{#- Whether a number is greater than another, which is true of few among many rows.

    column: the number of each row.
    number: a query for the other. -#}
{% macro is_greater(column, number) -%}
    {{ return(adapter.dispatch('is_greater', 'sessions')(column, number)) }}
{%- endmacro %}

{% macro default__is_greater(column, number) -%}
    {{ column }} > {{ number }}
{%- endmacro %}

{#- PostgreSQL estimates that a third of all rows lie above an unknown number, and scans all
    of them; between two numbers it expects few, and looks them up. -#}
{% macro postgres__is_greater(column, number) -%}
    {{ column }} > {{ number }} and {{ column }} <= 9223372036854775807
{%- endmacro %}

{% macro redshift__is_greater(column, number) -%}
    {{ return(sessions.default__is_greater(column, number)) }}
{%- endmacro %}


{#- Resets the settings at the end of the run. -#}
{% macro reset_session_settings() -%}
    {{ return(adapter.dispatch('reset_session_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__reset_session_settings() -%}
{%- endmacro %}

{% macro duckdb__reset_session_settings() -%}
    reset disabled_optimizers;
    reset checkpoint_threshold
{%- endmacro %}

{#- Before anything is built. -#}
{% macro set_session_settings() -%}
    {{ return(adapter.dispatch('set_session_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__set_session_settings() -%}
{%- endmacro %}

{#- Views remember the settings of the session that makes them. -#}
{% macro spark__set_session_settings() -%}
    {{ return(sessions.spark__set_build_settings()) }}
{%- endmacro %}


{#- Before a model is built, for the rest of the run: what an engine could know about these
    queries and does not find out by itself. -#}
{% macro set_build_settings() -%}
    {{ return(adapter.dispatch('set_build_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__set_build_settings() -%}
{%- endmacro %}

{#- DuckDB guesses how large the sides of a join are, and keeps the smaller one in memory.
    Of names judged once and of new rows it guesses far too many, and then keeps the
    history instead. So the right side it is, as the query is written: here always the
    small or the narrow one. And the log is moved into the file once, not after each model. -#}
{% macro duckdb__set_build_settings() -%}
    set disabled_optimizers = 'build_side_probe_side';
    set checkpoint_threshold = '1GB'
{%- endmacro %}

{#- Spark reckons in the zone of its session; ours is UTC. Of a partitioned table it keeps
    the partitions it does not write. It skips files by the bounds of a timestamp only where
    the file has it as microseconds. And it makes no table in a folder with files, not even
    with the empty one that says that writing succeeded. What one step computes and a later
    one uses several times it would compute as often, and of a plan so long it would run
    out of memory by writing it down. (Without the one rule of its optimizer another one,
    MergeSubplans, takes a count for a row.) -#}
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

{#- A warehouse does not take the settings of Parquet files. -#}
{% macro databricks__set_build_settings() -%}
    {%- do run_query('set time zone UTC') if execute -%}
{%- endmacro %}

{#- PostgreSQL compiles a query that it expects to be long, which takes longer than these,
    and takes a row that an index finds to cost as much as four pages in a row, as on a
    disk that turns. For this transaction only. -#}
{% macro postgres__set_build_settings() -%}
    set local jit = off;
    set local random_page_cost = 1.1;
    set local work_mem = '128MB'
{%- endmacro %}

{% macro redshift__set_build_settings() -%}
{%- endmacro %}


{#- After a model is built: what the planner knows of its table is of now.

    table: the table. -#}
{% macro analyze_table(table) -%}
    {{ return(adapter.dispatch('analyze_table', 'sessions')(table)) }}
{%- endmacro %}

{% macro default__analyze_table(table) -%}
{%- endmacro %}

{#- PostgreSQL does so by itself, minutes later: too late for the models that read it. -#}
{% macro postgres__analyze_table(table) -%}
    analyze {{ table }}
{%- endmacro %}

{% macro redshift__analyze_table(table) -%}
{%- endmacro %}


{#- The end of a query whose columns are dear and read more than once. PostgreSQL puts what
    a column says in the place of each of its names, and would reckon it as often; several
    such queries in a row multiply. -#}
{% macro optimization_fence() -%}
    {{ return(adapter.dispatch('optimization_fence', 'sessions')()) }}
{%- endmacro %}

{% macro default__optimization_fence() -%}
{%- endmacro %}

{#- What is cut off at its beginning, by nothing, is a query of its own. -#}
{% macro postgres__optimization_fence() -%}
    offset 0
{%- endmacro %}

{% macro redshift__optimization_fence() -%}
{%- endmacro %}


{#- Whether a value is one of a few among the many of a long table.

    column: the value, one of the keys that the table is laid out by, and what it is called
        among the few.
    few: their relation.
    second_column: another one of both that a value decides, and that is never null, such as
        the moment of an event. It is there for the engine and changes no result. -#}
{% macro in_subquery(column, few, second_column=none) -%}
    {{ return(adapter.dispatch('in_subquery', 'sessions')(column, few, second_column)) }}
{%- endmacro %}

{% macro default__in_subquery(column, few, second_column) -%}
    {{ column }} in (select {{ column }} from {{ few }})
{%- endmacro %}

{#- DuckDB looks the few up while it still reads, in a filter of each column, only where
    something may be left out of the few: nulls. Of the rest a filter lets one in a hundred
    pass, which is some in each 2,048 rows, the least that it skips of the other columns;
    two filters let next to none pass. -#}
{% macro duckdb__in_subquery(column, few, second_column) -%}
    {%- set columns = [column] + ([second_column] if second_column else []) -%}
    {%- for name in columns -%}
        {{ ' and ' if not loop.first }}{{ name }} in (
            select {{ name }} from {{ few }} where {{ name }} is not null
        )
    {%- endfor -%}
{%- endmacro %}

{#- PostgreSQL guesses that a query has many rows and reads the table, but that an array
    has ten entries, and looks each of them up. -#}
{% macro postgres__in_subquery(column, few, second_column) -%}
    {{ column }} = any(
        array(select distinct {{ column }} from {{ few }} where {{ column }} is not null)
    )
{%- endmacro %}

{% macro redshift__in_subquery(column, few, second_column) -%}
    {{ return(sessions.default__in_subquery(column, few, second_column)) }}
{%- endmacro %}


{#- Whether a number is greater than another, which few of many rows have.

    column: the number of each row.
    number: a query for the other. -#}
{% macro is_greater(column, number) -%}
    {{ return(adapter.dispatch('is_greater', 'sessions')(column, number)) }}
{%- endmacro %}

{% macro default__is_greater(column, number) -%}
    {{ column }} > {{ number }}
{%- endmacro %}

{#- PostgreSQL takes a third of all rows to lie above a number that it does not know, and
    reads all of them; between two numbers it takes few to lie, and looks them up. -#}
{% macro postgres__is_greater(column, number) -%}
    {{ column }} > {{ number }} and {{ column }} <= 9223372036854775807
{%- endmacro %}

{% macro redshift__is_greater(column, number) -%}
    {{ return(sessions.default__is_greater(column, number)) }}
{%- endmacro %}


{#- The reverse, at the end of the run. -#}
{% macro reset_session_settings() -%}
    {{ return(adapter.dispatch('reset_session_settings', 'sessions')()) }}
{%- endmacro %}

{% macro default__reset_session_settings() -%}
{%- endmacro %}

{% macro duckdb__reset_session_settings() -%}
    reset disabled_optimizers;
    reset checkpoint_threshold
{%- endmacro %}

{#- How the rows of a table lie in storage, as configuration of its model: those of one day
    together, so that a build reads and writes the days it needs, and how few rows are
    found among many.

    day: the column of type date by which rows lie together; none for a short table.
    keys: the columns, or lists of columns, by which single rows are looked up. -#}
{% macro partition_and_cluster_by(day=none, keys=[]) -%}
    {{ return(adapter.dispatch('partition_and_cluster_by', 'sessions')(day, keys)) }}
{%- endmacro %}

{% macro default__partition_and_cluster_by(day, keys) -%}
    {{ return({}) }}
{%- endmacro %}

{#- PostgreSQL keeps rows whole: what is no key is found by the day. -#}
{% macro postgres__partition_and_cluster_by(day, keys) -%}
    {%- set indexes = [] -%}
    {%- for key in keys + ([day] if day else []) -%}
        {%- do indexes.append({'columns': [key] if key is string else key}) -%}
    {%- endfor -%}
    {{ return({'indexes': indexes}) }}
{%- endmacro %}

{#- Spark writes whole partitions and cannot delete a row: one partition a day. -#}
{% macro spark__partition_and_cluster_by(day, keys) -%}
    {{ return({'partition_by': [day]} if day else {}) }}
{%- endmacro %}

{#- Delta clusters rows by itself as it writes, by four columns at most. -#}
{% macro databricks__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'file_format': 'delta'} -%}
    {%- set clusters = [day] + (keys | select('string') | list)[:3] -%}
    {%- do layout.update({'liquid_clustered_by': clusters}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Clustering needs no partitions; the order is that of the columns. -#}
{% macro snowflake__partition_and_cluster_by(day, keys) -%}
    {{ return({'cluster_by': [day] + keys[:1]} if day else {}) }}
{%- endmacro %}

{#- BigQuery reads the partitions that a condition names, and is paid by what it reads. -#}
{% macro bigquery__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {} -%}
    {%- if day -%}
        {%- do layout.update(
            {'partition_by': {'field': day, 'data_type': 'date', 'granularity': 'day'}}
        ) -%}
    {%- endif -%}
    {%- set clusters = (keys | select('string') | list)[:4] -%}
    {%- do layout.update({'cluster_by': clusters}) if clusters -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Redshift keeps the bounds of each block of a sorted table. -#}
{% macro redshift__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'sort': [day] + keys[:1], 'sort_type': 'compound'} if day else {} -%}
    {%- do layout.update({'dist': keys[0] if keys else 'even'}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- A connector without rows that can be deleted cannot hold these tables: Iceberg can. New
    rows are kept as a table before they are written: of a view, each statement would select
    again, and the later ones after rows are gone that it reads. -#}
{% macro trino__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'views_enabled': false} -%}
    {%- if day -%}
        {%- do layout.update({'properties': {'partitioning': "ARRAY['" ~ day ~ "']"}}) -%}
    {%- endif -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Partitions of a day are too many for ClickHouse: months, in the order of days. A day
    may be null. -#}
{% macro clickhouse__partition_and_cluster_by(day, keys) -%}
    {%- if day -%}
        {{ return({
            'engine': 'MergeTree()',
            'partition_by': ['toYYYYMM(' ~ day ~ ')'],
            'order_by': [day] + keys[:1],
            'settings': {'allow_nullable_key': 1},
        }) }}
    {%- endif -%}
    {{ return({}) }}
{%- endmacro %}


{#- How the rows of a table that several models write to lie in storage, as configuration:
    those of one model apart from the others.

    column: the name of the model that wrote a row. -#}
{% macro partitioned_by(column) -%}
    {{ return(adapter.dispatch('partitioned_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__partitioned_by(column) -%}
    {{ return(sessions.partition_and_cluster_by()) }}
{%- endmacro %}

{#- To a table without partitions Spark writes a file for no rows as well. -#}
{% macro spark__partitioned_by(column) -%}
    {{ return({'partition_by': [column]}) }}
{%- endmacro %}

{% macro databricks__partitioned_by(column) -%}
    {{ return(sessions.partition_and_cluster_by()) }}
{%- endmacro %}


{#- How a model is kept that others read several times in one build, as configuration. -#}
{% macro reused_within_run() -%}
    {{ return(adapter.dispatch('reused_within_run', 'sessions')()) }}
{%- endmacro %}

{% macro default__reused_within_run() -%}
    {{ return({'materialized': 'view'}) }}
{%- endmacro %}

{#- Spark reckons a view again, and plans it again, wherever it stands. -#}
{% macro spark__reused_within_run() -%}
    {{ return({
        'materialized': 'table',
        'pre_hook': '{{ sessions.spark__begin_table() }}',
    }) }}
{%- endmacro %}


{% macro databricks__reused_within_run() -%}
    {{ return({'materialized': 'table', 'file_format': 'delta'}) }}
{%- endmacro %}


{#- How a table is kept that each build makes anew and views stand on, as configuration. -#}
{% macro rebuilt_each_run() -%}
    {{ return(adapter.dispatch('rebuilt_each_run', 'sessions')()) }}
{%- endmacro %}

{% macro default__rebuilt_each_run() -%}
    {{ return({'materialized': 'table'}) }}
{%- endmacro %}

{#- PostgreSQL drops views together with the table that they stand on: the table stays, and
    its rows are replaced. -#}
{% macro postgres__rebuilt_each_run() -%}
    {{ return({'materialized': 'incremental', 'incremental_strategy': 'replace_where'}) }}
{%- endmacro %}

{% macro spark__rebuilt_each_run() -%}
    {{ return(sessions.reused_within_run()) }}
{%- endmacro %}

{% macro databricks__rebuilt_each_run() -%}
    {{ return(sessions.reused_within_run()) }}
{%- endmacro %}


{#- Whether int_events_new has the rows of a full refresh as well. -#}
{% macro keeps_all_new_events() -%}
    {{ return(adapter.dispatch('keeps_all_new_events', 'sessions')()) }}
{%- endmacro %}

{#- All rows once more cost more than it saves to have them staged. -#}
{% macro default__keeps_all_new_events() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro spark__keeps_all_new_events() -%}
    {{ return(true) }}
{%- endmacro %}


{#- The rows of one value of a column together, so that a query for few of its values skips
    the others. The end of a model.

    column: such as a calendar day. -#}
{% macro sort_output_by(column) -%}
    {{ return(adapter.dispatch('sort_output_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__sort_output_by(column) -%}
{%- endmacro %}

{#- DuckDB knows the bounds of each row group, of about 120,000 rows. -#}
{% macro duckdb__sort_output_by(column) -%}
    order by {{ column }}
{%- endmacro %}

{% macro spark__sort_output_by(column) -%}
    distribute by {{ column }}
{%- endmacro %}

{% macro databricks__sort_output_by(column) -%}
{%- endmacro %}

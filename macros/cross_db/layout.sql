{#- The layout of a table, as configuration of its model: partitioned or clustered by day,
    so that a build reads and writes only the days it needs, and indexed or clustered by the
    keys by which few rows are found among many.

    day: the column of type date by which rows are partitioned; none for a short table.
    keys: the columns, or lists of columns, by which single rows are looked up. -#}
{% macro partition_and_cluster_by(day=none, keys=[]) -%}
    {{ return(adapter.dispatch('partition_and_cluster_by', 'sessions')(day, keys)) }}
{%- endmacro %}

{% macro default__partition_and_cluster_by(day, keys) -%}
    {{ return({}) }}
{%- endmacro %}

{#- PostgreSQL has an index per key, and one on the day, which finds rows without a key. -#}
{% macro postgres__partition_and_cluster_by(day, keys) -%}
    {%- set indexes = [] -%}
    {%- for key in keys + ([day] if day else []) -%}
        {%- do indexes.append({'columns': [key] if key is string else key}) -%}
    {%- endfor -%}
    {{ return({'indexes': indexes}) }}
{%- endmacro %}

{#- Spark writes whole partitions and cannot delete a row: one partition per day. -#}
{% macro spark__partition_and_cluster_by(day, keys) -%}
    {{ return({'partition_by': [day]} if day else {}) }}
{%- endmacro %}

{#- Delta clusters rows as it writes them, by at most four columns. -#}
{% macro databricks__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'file_format': 'delta'} -%}
    {%- set clusters = [day] + (keys | select('string') | list)[:3] -%}
    {%- do layout.update({'liquid_clustered_by': clusters}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Clustering needs no partitions; the columns are in order of precedence. -#}
{% macro snowflake__partition_and_cluster_by(day, keys) -%}
    {{ return({'cluster_by': [day] + keys[:1]} if day else {}) }}
{%- endmacro %}

{#- BigQuery reads only the partitions that a condition names, and bills what it reads. -#}
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

{#- Redshift skips blocks of a table by the bounds of its sort key in each. -#}
{% macro redshift__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'sort': [day] + keys[:1], 'sort_type': 'compound'} if day else {} -%}
    {%- do layout.update({'dist': keys[0] if keys else 'even'}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- A connector that cannot delete rows cannot hold these tables: Iceberg can. The selected
    rows are materialized as a table before they are written: a view would be evaluated by
    each statement, by the later ones after rows that it reads are deleted. -#}
{% macro trino__partition_and_cluster_by(day, keys) -%}
    {%- set layout = {'views_enabled': false} -%}
    {%- if day -%}
        {%- do layout.update({'properties': {'partitioning': "ARRAY['" ~ day ~ "']"}}) -%}
    {%- endif -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Daily partitions are too many for ClickHouse: monthly ones, with the day in the sort
    key. A day may be null. -#}
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


{#- The layout of a table to which several models write, as configuration: one partition per
    model.

    column: the name of the model that wrote a row. -#}
{% macro partitioned_by(column) -%}
    {{ return(adapter.dispatch('partitioned_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__partitioned_by(column) -%}
    {{ return(sessions.partition_and_cluster_by()) }}
{%- endmacro %}

{#- To a table without partitions, Spark writes a file even for no rows. -#}
{% macro spark__partitioned_by(column) -%}
    {{ return({'partition_by': [column]}) }}
{%- endmacro %}

{% macro databricks__partitioned_by(column) -%}
    {{ return(sessions.partition_and_cluster_by()) }}
{%- endmacro %}


{#- The materialization of a model that others read several times in one build, as
    configuration. -#}
{% macro reused_within_run() -%}
    {{ return(adapter.dispatch('reused_within_run', 'sessions')()) }}
{%- endmacro %}

{% macro default__reused_within_run() -%}
    {{ return({'materialized': 'view'}) }}
{%- endmacro %}

{#- Spark computes a view again, and plans it again, wherever it is used. -#}
{% macro spark__reused_within_run() -%}
    {{ return({
        'materialized': 'table',
        'pre_hook': '{{ sessions.spark__begin_table() }}',
    }) }}
{%- endmacro %}


{% macro databricks__reused_within_run() -%}
    {{ return({'materialized': 'table', 'file_format': 'delta'}) }}
{%- endmacro %}


{#- The materialization of a table that each build rebuilds and views read, as
    configuration. -#}
{% macro rebuilt_each_run() -%}
    {{ return(adapter.dispatch('rebuilt_each_run', 'sessions')()) }}
{%- endmacro %}

{% macro default__rebuilt_each_run() -%}
    {{ return({'materialized': 'table'}) }}
{%- endmacro %}

{#- PostgreSQL drops dependent views together with a table: the table stays, and its rows
    are replaced. -#}
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

{#- To write all rows twice costs more than staging them saves. -#}
{% macro default__keeps_all_new_events() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro spark__keeps_all_new_events() -%}
    {{ return(true) }}
{%- endmacro %}


{#- Sorts the output of a model by a column, so that a query for few of its values skips the
    other rows. The end of the query.

    column: such as a calendar day. -#}
{% macro sort_output_by(column) -%}
    {{ return(adapter.dispatch('sort_output_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__sort_output_by(column) -%}
{%- endmacro %}

{#- DuckDB stores the bounds of each row group, of about 120,000 rows. -#}
{% macro duckdb__sort_output_by(column) -%}
    order by {{ column }}
{%- endmacro %}

{% macro spark__sort_output_by(column) -%}
    distribute by {{ column }}
{%- endmacro %}

{% macro databricks__sort_output_by(column) -%}
{%- endmacro %}

{#- How the rows of a table lie in storage, as configuration of its model: those of one day
    together, so that a build reads and writes the days it needs, and how few rows are
    found among many.

    day: the column of type date by which rows lie together; none for a short table.
    keys: the columns, or lists of columns, by which single rows are looked up. -#}
{% macro laid_out_by(day=none, keys=[]) -%}
    {{ return(adapter.dispatch('laid_out_by', 'sessions')(day, keys)) }}
{%- endmacro %}

{% macro default__laid_out_by(day, keys) -%}
    {{ return({}) }}
{%- endmacro %}

{#- PostgreSQL keeps rows whole: what is no key is found by the day. -#}
{% macro postgres__laid_out_by(day, keys) -%}
    {%- set indexes = [] -%}
    {%- for key in keys + ([day] if day else []) -%}
        {%- do indexes.append({'columns': [key] if key is string else key}) -%}
    {%- endfor -%}
    {{ return({'indexes': indexes}) }}
{%- endmacro %}

{#- Spark writes whole partitions and cannot delete a row: one partition a day. -#}
{% macro spark__laid_out_by(day, keys) -%}
    {{ return({'partition_by': [day]} if day else {}) }}
{%- endmacro %}

{#- Delta clusters rows by itself as it writes, by four columns at most. -#}
{% macro databricks__laid_out_by(day, keys) -%}
    {%- set layout = {'file_format': 'delta'} -%}
    {%- set clusters = [day] + (keys | select('string') | list)[:3] -%}
    {%- do layout.update({'liquid_clustered_by': clusters}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Clustering needs no partitions; the order is that of the columns. -#}
{% macro snowflake__laid_out_by(day, keys) -%}
    {{ return({'cluster_by': [day] + keys[:1]} if day else {}) }}
{%- endmacro %}

{#- BigQuery reads the partitions that a condition names, and is paid by what it reads. -#}
{% macro bigquery__laid_out_by(day, keys) -%}
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
{% macro redshift__laid_out_by(day, keys) -%}
    {%- set layout = {'sort': [day] + keys[:1], 'sort_type': 'compound'} if day else {} -%}
    {%- do layout.update({'dist': keys[0] if keys else 'even'}) if day -%}
    {{ return(layout) }}
{%- endmacro %}

{#- A connector without rows that can be deleted cannot hold these tables: Iceberg can. New
    rows are kept as a table before they are written: of a view, each statement would select
    again, and the later ones after rows are gone that it reads. -#}
{% macro trino__laid_out_by(day, keys) -%}
    {%- set layout = {'views_enabled': false} -%}
    {%- if day -%}
        {%- do layout.update({'properties': {'partitioning': "ARRAY['" ~ day ~ "']"}}) -%}
    {%- endif -%}
    {{ return(layout) }}
{%- endmacro %}

{#- Partitions of a day are too many for ClickHouse: months, in the order of days. A day
    may be null. -#}
{% macro clickhouse__laid_out_by(day, keys) -%}
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
{% macro written_apart_by(column) -%}
    {{ return(adapter.dispatch('written_apart_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__written_apart_by(column) -%}
    {{ return(sessions.laid_out_by()) }}
{%- endmacro %}

{#- To a table without partitions Spark writes a file for no rows as well. -#}
{% macro spark__written_apart_by(column) -%}
    {{ return({'partition_by': [column]}) }}
{%- endmacro %}

{% macro databricks__written_apart_by(column) -%}
    {{ return(sessions.laid_out_by()) }}
{%- endmacro %}


{#- How a model is kept that others read several times in one build, as configuration. -#}
{% macro looked_up_often() -%}
    {{ return(adapter.dispatch('looked_up_often', 'sessions')()) }}
{%- endmacro %}

{% macro default__looked_up_often() -%}
    {{ return({'materialized': 'view'}) }}
{%- endmacro %}

{#- Spark reckons a view again, and plans it again, wherever it stands. -#}
{% macro spark__looked_up_often() -%}
    {{ return({
        'materialized': 'table',
        'pre_hook': '{{ sessions.spark__begin_table() }}',
    }) }}
{%- endmacro %}


{% macro databricks__looked_up_often() -%}
    {{ return({'materialized': 'table', 'file_format': 'delta'}) }}
{%- endmacro %}


{#- How a table is kept that each build makes anew and views stand on, as configuration. -#}
{% macro made_anew() -%}
    {{ return(adapter.dispatch('made_anew', 'sessions')()) }}
{%- endmacro %}

{% macro default__made_anew() -%}
    {{ return({'materialized': 'table'}) }}
{%- endmacro %}

{#- PostgreSQL drops views together with the table that they stand on: the table stays, and
    its rows are replaced. -#}
{% macro postgres__made_anew() -%}
    {{ return({'materialized': 'incremental', 'incremental_strategy': 'replace_scope'}) }}
{%- endmacro %}

{% macro spark__made_anew() -%}
    {{ return(sessions.looked_up_often()) }}
{%- endmacro %}

{% macro databricks__made_anew() -%}
    {{ return(sessions.looked_up_often()) }}
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
{% macro lie_together_by(column) -%}
    {{ return(adapter.dispatch('lie_together_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__lie_together_by(column) -%}
{%- endmacro %}

{#- DuckDB knows the bounds of each row group, of about 120,000 rows. -#}
{% macro duckdb__lie_together_by(column) -%}
    order by {{ column }}
{%- endmacro %}

{% macro spark__lie_together_by(column) -%}
    distribute by {{ column }}
{%- endmacro %}

{% macro databricks__lie_together_by(column) -%}
{%- endmacro %}

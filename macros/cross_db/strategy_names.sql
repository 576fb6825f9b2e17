{#- Some adapters accept only the incremental strategies in their own list, and would reject
    replace_where or run another one in its place. The macros here override theirs for the
    models of this package. For Spark, see whole_partitions. -#}


{#- BigQuery. -#}
{% macro dbt_bigquery_validate_get_incremental_strategy(config) -%}
    {%- if config.get('incremental_strategy') in ['replace_where', 'append'] -%}
        {{ return(config.get('incremental_strategy')) }}
    {%- endif -%}
    {{ return(dbt.dbt_bigquery_validate_get_incremental_strategy(config)) }}
{%- endmacro %}

{% macro bq_generate_incremental_build_sql(
    strategy, tmp_relation, target_relation, sql, unique_key, partition_by, partitions,
    dest_columns, tmp_relation_exists, copy_partitions, incremental_predicates
) -%}
    {%- set arg_dict = {
        'target_relation': target_relation,
        'temp_relation': tmp_relation,
        'dest_columns': dest_columns,
        'incremental_predicates': incremental_predicates,
    } -%}
    {%- if strategy == 'replace_where' -%}
        {{ return(sessions.get_incremental_replace_where_sql(arg_dict)) }}
    {%- elif strategy == 'append' -%}
        {{ return(dbt.default__get_incremental_append_sql(arg_dict)) }}
    {%- endif -%}
    {{ return(dbt.bq_generate_incremental_build_sql(
        strategy, tmp_relation, target_relation, sql, unique_key, partition_by, partitions,
        dest_columns, tmp_relation_exists, copy_partitions, incremental_predicates
    )) }}
{%- endmacro %}


{#- ClickHouse: for a model without a unique_key, dbt only inserts the selected rows,
    whatever its strategy. -#}
{% macro clickhouse__insert_into(
    target_relation, sql, has_contract, use_columns_from_sql=false
) -%}
    {%- if not execute
        or config.get('incremental_strategy') != 'replace_where'
        or target_relation.identifier != this.identifier
        or not load_cached_relation(this)
        or should_full_refresh() -%}
        {{ return(dbt.clickhouse__insert_into(
            target_relation, sql, has_contract, use_columns_from_sql
        )) }}
    {%- endif -%}
    {%- set selected = this.incorporate(
        path={'identifier': this.identifier ~ '__dbt_selected'}
    ) -%}
    {%- do run_query('drop table if exists ' ~ selected) -%}
    {%- do run_query(get_create_table_as_sql(false, selected, sql)) -%}
    {%- do run_query(sessions.get_incremental_replace_where_sql({
        'target_relation': target_relation,
        'temp_relation': selected,
    })) -%}
    drop table {{ selected }}
{%- endmacro %}

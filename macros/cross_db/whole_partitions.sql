{#- The incremental strategy where rows cannot be deleted: Spark writes whole partitions of
    Parquet files, one statement after another, without a transaction. A missing entry in
    int_builds marks an unfinished build: the entry is discarded before the first partition
    is written and added after the last, and a build that finds none replaces the whole
    table. -#}


{#- Stops a model whose file format is not Parquet: tables of other formats delete rows and
    do not keep partitions separate, so the strategy is wrong for them. -#}
{% macro spark__check_file_format() -%}
    {%- set file_format = config.get('file_format', 'parquet') -%}
    {%- if file_format != 'parquet' -%}
        {{ exceptions.raise_compiler_error(
            "on Spark " ~ model.name ~ " has to be kept in Parquet, and not as "
            ~ file_format ~ "; take +file_format out of dbt_project.yml"
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- Runs before a model that reused_within_run materializes as a table. -#}
{% macro spark__begin_table() -%}
    {%- do sessions.set_build_settings() -%}
    {%- if execute and not load_relation(this) -%}
        {%- do sessions.spark__clear_place_of(this) -%}
    {%- endif -%}
{%- endmacro %}


{% macro spark__begin_build(is_first) -%}
    {%- do sessions.spark__begin_table() -%}
    {%- if execute -%}
        {%- do sessions.spark__check_file_format() -%}
        {%- do sessions.spark__check_tables_before(model) -%}
        {%- do sessions.discard_replaced_table(model.name) -%}
        {%- if sessions.discards_entries(is_first) -%}
            {%- do run_query(sessions.discard_build_entry(of_all_models=is_first)) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops a run that would build an incremental model from tables of an earlier run: tables
    of reused_within_run contain the rows that were new in their own run.

    node: a model of the graph. -#}
{% macro spark__check_tables_before(node) -%}
    {%- for id in node.depends_on.nodes -%}
        {%- set before = sessions.node_of(id) -%}
        {%- if before and before.resource_type == 'model'
            and before.config.materialized != 'incremental' -%}
            {%- if before.config.materialized == 'table' and id not in selected_resources -%}
                {{ exceptions.raise_compiler_error(
                    model.name ~ " is built from the table " ~ before.name ~ ", which this "
                    ~ "run does not rebuild; select +" ~ model.name ~ " or all models"
                ) }}
            {%- endif -%}
            {%- do sessions.spark__check_tables_before(before) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Checked first, because an insert of no rows is a Spark job too. -#}
{% macro spark__discard_replaced_table(model_name, table) -%}
    {%- set of_another_table = run_query(
        'select 1 from ' ~ sessions.current_entry_of(model_name)
        ~ ' where table_identity != ' ~ sessions.table_identity(model_name, table)
    ).rows -%}
    {%- if of_another_table -%}
        {%- do run_query(sessions.default__discard_replaced_table(model_name, table)) -%}
    {%- endif -%}
{%- endmacro %}

{% macro databricks__discard_replaced_table(model_name, table) -%}
    {{ return(sessions.default__discard_replaced_table(model_name, table)) }}
{%- endmacro %}


{% macro spark__begin_user_aliases() -%}
    {%- do sessions.spark__begin_table() -%}
    {%- for statement in sessions.discard_tables_of_lost_aliases() -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro databricks__begin_user_aliases() -%}
    {{ return(sessions.default__begin_user_aliases()) }}
{%- endmacro %}


{#- Checked first, because an insert of no rows is a Spark job too. -#}
{% macro spark__finish_build(upstream) -%}
    {%- do [sessions.table_of_builds(), ref('int_watermarks')] -%}
    {%- set changed_entry = sessions.changed_build_entry(upstream) -%}
    {%- if execute and run_query(
        'select count(*) from (' ~ changed_entry ~ ') as changed_entry'
    ).rows[0][0] -%}
        {%- do run_query(sessions.record_watermarks()) if not upstream -%}
        {{ sessions.record_build(upstream) }}
    {%- endif -%}
{%- endmacro %}


{#- The rows to keep are staged, because Spark cannot overwrite a table that it reads. -#}
{% macro spark__trim_builds(builds, is_current) -%}
    {%- set staged = builds.incorporate(
        path={'identifier': builds.identifier ~ '__trimmed'}
    ) -%}
    {%- do run_query('drop table if exists ' ~ staged) -%}
    {%- do run_query(
        'create table ' ~ staged ~ ' using parquet as select * from ' ~ builds
        ~ ' where ' ~ is_current
    ) -%}
    {%- do run_query('insert overwrite ' ~ builds ~ ' select * from ' ~ staged) -%}
    drop table {{ staged }}
{%- endmacro %}


{% macro spark__replace_where(existing, selected, columns) -%}
    {%- set staged = existing.incorporate(path={
        'identifier': existing.identifier ~ '__staged_' ~ (invocation_id | replace('-', ''))
    }) -%}
    {%- set day = config.get('partition_by')[0] -%}
    {%- set has_current_entry = run_query(
        'select 1 from ' ~ sessions.current_entry_of(model.name)
    ).rows | length > 0 -%}
    {%- set conditions = [] -%}
    {%- for condition in (sessions.replaced_rows(staged) if has_current_entry else []) -%}
        {%- do conditions.append('coalesce(' ~ condition ~ ', false)') -%}
    {%- endfor -%}
    {#- Not `(true)`: Spark parses `where (true)` after a table name as an alias and its
        column. -#}
    {%- set in_scope = '(' ~ conditions | join(' or ') ~ ')' if has_current_entry else 'true' -%}

    {#- Staged once: each statement that reads the view of the selection would compute it
        again. -#}
    {%- do sessions.spark__drop_staged(existing) -%}
    {%- do run_query(
        'create table ' ~ staged ~ ' using parquet as select ' ~ columns
        ~ ' from ' ~ selected
    ) -%}
    {%- set partitions = run_query(
        'select ' ~ day ~ ', max(is_selected) as is_selected from ('
        ~ 'select ' ~ day ~ ', true as is_selected from ' ~ staged
        ~ ' union all select ' ~ day ~ ', false as is_selected from ' ~ existing
        ~ ' where ' ~ in_scope ~ ') as touched group by ' ~ day
    ).rows -%}
    {%- set touched, emptied = [], [] -%}
    {%- for partition in partitions -%}
        {%- do touched.append(partition[0]) -%}
        {%- do emptied.append(partition[0]) if not partition[1] -%}
    {%- endfor -%}
    {%- if touched -%}
        {#- The conditions read int_builds: the rows to keep are staged before the entry is
            discarded. -#}
        {%- if has_current_entry -%}
            {%- do run_query(
                'insert into ' ~ staged ~ ' (' ~ columns ~ ') select ' ~ columns
                ~ ' from ' ~ existing ~ ' where ' ~ sessions.spark__is_in_partitions(day, touched)
                ~ ' and not ' ~ in_scope
            ) -%}
        {%- endif -%}
        {%- if emptied -%}
            {%- for value in run_query(
                'select distinct ' ~ day ~ ' from ' ~ staged ~ ' where '
                ~ sessions.spark__is_in_partitions(day, emptied)
            ).columns[0].values() -%}
                {%- do emptied.remove(value) -%}
            {%- endfor -%}
        {%- endif -%}

        {%- do run_query(sessions.discard_build_entry()) -%}
        {%- do run_query(
            'insert overwrite ' ~ existing ~ ' (' ~ columns ~ ') select ' ~ columns
            ~ ' from ' ~ staged ~ ' distribute by ' ~ day
        ) -%}
        {#- A partition to which nothing is written stays as it is. -#}
        {%- for value in emptied -%}
            {%- do run_query(
                'alter table ' ~ existing ~ ' drop if exists partition ('
                ~ day ~ ' = ' ~ sessions.spark__partition_literal(value) ~ ')'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    drop table {{ staged }}
{%- endmacro %}


{#- Drops the staging tables that killed builds have left for a model. -#}
{% macro spark__drop_staged(existing) -%}
    {%- for table in run_query(
        'show tables in ' ~ existing.without_identifier() ~ " like '"
        ~ existing.identifier ~ "__staged_*'"
    ).rows -%}
        {%- do run_query('drop table ' ~ existing.incorporate(path={'identifier': table[1]})) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Empties the folder of a table that does not exist: a killed build leaves files, and
    Spark creates no table in a folder with files. -#}
{% macro spark__clear_place_of(relation) -%}
    {%- if not config.get('location_root') -%}
        {%- for row in run_query(
            'describe schema ' ~ relation.without_identifier()
        ).rows if row[0] == 'Location' -%}
            {#- Under another name: if this build is killed, the next one must not find a
                table with these columns in place of the model. -#}
            {#- The folder is returned as a URI, in which a space is %20, and must be given
                unencoded. -#}
            {%- set place = run_query(
                "select url_decode(replace("
                ~ sessions.quote_literal(row[1] ~ '/' ~ relation.identifier)
                ~ ", '+', '%2B'))"
            ).rows[0][0] -%}
            {%- set stand_in = relation.incorporate(
                path={'identifier': relation.identifier ~ '__cleared'}
            ) -%}
            {%- do run_query('drop table if exists ' ~ stand_in) -%}
            {%- do run_query(
                'create table ' ~ stand_in ~ ' (row int, part int) using parquet '
                ~ "options (partitionOverwriteMode 'static') partitioned by (part) "
                ~ "location " ~ sessions.quote_literal(place)
            ) -%}
            {%- do run_query('insert overwrite ' ~ stand_in ~ ' select 1, 1 where false') -%}
            {%- do run_query('drop table ' ~ stand_in) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether a row is in one of several partitions. -#}
{% macro spark__is_in_partitions(day, values) -%}
    {%- set literals = [] -%}
    {%- for value in values if value is not none -%}
        {%- do literals.append(sessions.spark__partition_literal(value)) -%}
    {%- endfor -%}
    (
        {{ day ~ ' in (' ~ literals | join(', ') ~ ')' if literals else 'false' }}
        {{ 'or ' ~ day ~ ' is null' if none in values }}
    )
{%- endmacro %}


{#- The value of a partition, a date, as a SQL literal. -#}
{% macro spark__partition_literal(value) -%}
    {{ return('null' if value is none else "date '" ~ value ~ "'") }}
{%- endmacro %}


{#- dbt-spark rejects incremental strategies that are not in its own list. These two macros
    override its own for the models of this package. -#}
{% macro dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format) -%}
    {%- if raw_strategy == 'replace_where' -%}
        {{ return(raw_strategy) }}
    {%- endif -%}
    {{ return(dbt.dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format)) }}
{%- endmacro %}

{% macro dbt_spark_get_incremental_sql(
    strategy, source, target, existing, unique_key, incremental_predicates
) -%}
    {%- if strategy == 'replace_where' -%}
        {{ return(sessions.get_incremental_replace_where_sql({
            'target_relation': target,
            'temp_relation': source,
        })) }}
    {%- endif -%}
    {{ return(dbt.dbt_spark_get_incremental_sql(
        strategy, source, target, existing, unique_key, incremental_predicates
    )) }}
{%- endmacro %}

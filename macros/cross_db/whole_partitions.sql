{#- How an incremental model is written where no row can be deleted: Spark writes whole
    partitions of Parquet files, and one statement after the other, without a transaction.
    What tells an unfinished build is that int_builds does not know the model: it is
    forgotten before the first partition is written and remembered after the last, and the
    build that finds it forgotten makes all of it again. -#}


{#- Stops a model that is to be kept in another format than Parquet: those of other formats
    delete rows and do not keep partitions apart, so what follows is wrong for them. -#}
{% macro spark__check_file_format() -%}
    {%- set file_format = config.get('file_format', 'parquet') -%}
    {%- if file_format != 'parquet' -%}
        {{ exceptions.raise_compiler_error(
            "on Spark " ~ model.name ~ " has to be kept in Parquet, and not as "
            ~ file_format ~ "; take +file_format out of dbt_project.yml"
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- Before a table is made that reused_within_run keeps. -#}
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
        {%- if sessions.is_full_refresh(model.name) -%}
            {%- do run_query(sessions.discard_build_entry(of_all_models=is_first)) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops a run that would build an incremental model from tables of an earlier run: what
    reused_within_run keeps as a table tells of the rows that are new in its own run.

    node: a model as dbt knows it. -#}
{% macro spark__check_tables_before(node) -%}
    {%- for id in node.depends_on.nodes -%}
        {%- set before = graph.nodes.get(id) -%}
        {%- if before and before.resource_type == 'model'
            and before.config.materialized != 'incremental' -%}
            {%- if before.config.materialized == 'table' and id not in selected_resources -%}
                {{ exceptions.raise_compiler_error(
                    model.name ~ " is built from the table " ~ before.name ~ ", which this "
                    ~ "run does not make anew; select +" ~ model.name ~ " or all models"
                ) }}
            {%- endif -%}
            {%- do sessions.spark__check_tables_before(before) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Asked first, because an insert of no rows is a job of Spark's too. -#}
{% macro spark__discard_replaced_table(model_name, table) -%}
    {%- set of_another_table = run_query(
        'select 1 from ' ~ sessions.current_builds() ~ ' where '
        ~ sessions.is_entry_of(model_name)
        ~ ' and table_identity != ' ~ sessions.table_identity(model_name, table)
    ).rows -%}
    {%- if of_another_table -%}
        {%- do run_query(sessions.default__discard_replaced_table(model_name, table)) -%}
    {%- endif -%}
{%- endmacro %}

{% macro databricks__discard_replaced_table(model_name, table) -%}
    {{ return(sessions.default__discard_replaced_table(model_name, table)) }}
{%- endmacro %}


{#- Asked first, because an insert of no rows is a job of Spark's too. -#}
{% macro spark__end_build(upstream) -%}
    {%- do [sessions.table_of_builds(), ref('int_watermarks')] -%}
    {%- set news = sessions.changed_build_entry(upstream) -%}
    {%- if execute and run_query(
        'select count(*) from (' ~ news ~ ') as news'
    ).rows[0][0] -%}
        {%- do run_query(sessions.record_watermarks()) if not upstream -%}
        {{ sessions.record_build(upstream) }}
    {%- endif -%}
{%- endmacro %}


{#- What stays is staged, for Spark overwrites no table that it reads. -#}
{% macro spark__trim_builds(builds, belongs_to_session) -%}
    {%- set staged = builds.incorporate(
        path={'identifier': builds.identifier ~ '__trimmed'}
    ) -%}
    {%- do run_query('drop table if exists ' ~ staged) -%}
    {%- do run_query(
        'create table ' ~ staged ~ ' using parquet as select * from ' ~ builds
        ~ ' where ' ~ belongs_to_session
    ) -%}
    {%- do run_query('insert overwrite ' ~ builds ~ ' select * from ' ~ staged) -%}
    drop table {{ staged }}
{%- endmacro %}


{% macro spark__replace_where(built, selected, columns) -%}
    {%- set staged = built.incorporate(path={
        'identifier': built.identifier ~ '__staged_' ~ (invocation_id | replace('-', ''))
    }) -%}
    {%- set day = config.get('partition_by')[0] -%}
    {%- set has_watermark = run_query(
        'select 1 from ' ~ sessions.current_builds() ~ ' where '
        ~ sessions.is_entry_of(model.name)
    ).rows | length > 0 -%}
    {%- set conditions = [] -%}
    {%- for condition in (sessions.replaced_rows(staged) if has_watermark else []) -%}
        {%- do conditions.append('coalesce(' ~ condition ~ ', false)') -%}
    {%- endfor -%}
    {#- Not `(true)`: behind a table, Spark takes `where (true)` for a name of it and of its
        column. -#}
    {%- set in_scope = '(' ~ conditions | join(' or ') ~ ')' if has_watermark else 'true' -%}

    {#- Selected once: the view of the selection is reckoned again by each that reads it. -#}
    {%- do sessions.spark__drop_staged(built) -%}
    {%- do run_query(
        'create table ' ~ staged ~ ' using parquet as select ' ~ columns
        ~ ' from ' ~ selected
    ) -%}
    {%- set partitions = run_query(
        'select ' ~ day ~ ', max(is_selected) as is_selected from ('
        ~ 'select ' ~ day ~ ', true as is_selected from ' ~ staged
        ~ ' union all select ' ~ day ~ ', false as is_selected from ' ~ built
        ~ ' where ' ~ in_scope ~ ') as touched group by ' ~ day
    ).rows -%}
    {%- set touched, emptied = [], [] -%}
    {%- for partition in partitions -%}
        {%- do touched.append(partition[0]) -%}
        {%- do emptied.append(partition[0]) if not partition[1] -%}
    {%- endfor -%}
    {%- if touched -%}
        {#- The conditions read int_builds: what stays is staged before the model is forgotten. -#}
        {%- if has_watermark -%}
            {%- do run_query(
                'insert into ' ~ staged ~ ' (' ~ columns ~ ') select ' ~ columns
                ~ ' from ' ~ built ~ ' where ' ~ sessions.spark__is_host_within_domain(day, touched)
                ~ ' and not ' ~ in_scope
            ) -%}
        {%- endif -%}
        {%- if emptied -%}
            {%- for value in run_query(
                'select distinct ' ~ day ~ ' from ' ~ staged ~ ' where '
                ~ sessions.spark__is_host_within_domain(day, emptied)
            ).columns[0].values() -%}
                {%- do emptied.remove(value) -%}
            {%- endfor -%}
        {%- endif -%}

        {%- do run_query(sessions.discard_build_entry()) -%}
        {%- do run_query(
            'insert overwrite ' ~ built ~ ' (' ~ columns ~ ') select ' ~ columns
            ~ ' from ' ~ staged ~ ' distribute by ' ~ day
        ) -%}
        {#- A partition that nothing is written to stays as it is. -#}
        {%- for value in emptied -%}
            {%- do run_query(
                'alter table ' ~ built ~ ' drop if exists partition ('
                ~ day ~ ' = ' ~ sessions.spark__partition_literal(value) ~ ')'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    drop table {{ staged }}
{%- endmacro %}


{#- Drops what builds that were killed have staged for a model. -#}
{% macro spark__drop_staged(built) -%}
    {%- for table in run_query(
        'show tables in ' ~ built.without_identifier() ~ " like '"
        ~ built.identifier ~ "__staged_*'"
    ).rows -%}
        {%- do run_query('drop table ' ~ built.incorporate(path={'identifier': table[1]})) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Empties the folder of a table that is not there: a build that was killed leaves files,
    and Spark makes no table where files lie. -#}
{% macro spark__clear_place_of(relation) -%}
    {%- if not config.get('location_root') -%}
        {%- for row in run_query(
            'describe schema ' ~ relation.without_identifier()
        ).rows if row[0] == 'Location' -%}
            {#- Under another name: a build that is killed here leaves no table of these
                columns that the next one would take for the model. -#}
            {#- The folder is told as a URI, in which a blank is %20, and is named as it is. -#}
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


{#- Whether rows lie in one of some partitions. -#}
{% macro spark__is_host_within_domain(day, values) -%}
    {%- set literals = [] -%}
    {%- for value in values if value is not none -%}
        {%- do literals.append(sessions.spark__partition_literal(value)) -%}
    {%- endfor -%}
    (
        {{ day ~ ' in (' ~ literals | join(', ') ~ ')' if literals else 'false' }}
        {{ 'or ' ~ day ~ ' is null' if none in values }}
    )
{%- endmacro %}


{#- The value of a partition, a day, as it stands in SQL. -#}
{% macro spark__partition_literal(value) -%}
    {{ return('null' if value is none else "date '" ~ value ~ "'") }}
{%- endmacro %}


{#- dbt knows the strategies of Spark by name and would refuse ours. These two stand in for
    its own where a model of this package is built. -#}
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

{#- The incremental strategy on Databricks, where a DELETE cannot contain nested subqueries:
    all days of the replaced or selected rows are overwritten in one statement, so that a
    killed build has written all or nothing. -#}


{% macro databricks__begin_build(is_first) -%}
    {{ return(sessions.default__begin_build(is_first)) }}
{%- endmacro %}


{% macro databricks__finish_build(upstream) -%}
    {{ return(sessions.default__finish_build(upstream)) }}
{%- endmacro %}


{% macro databricks__trim_builds(builds, is_current) -%}
    {{ return(sessions.default__trim_builds(builds, is_current)) }}
{%- endmacro %}


{% macro databricks__replace_where(existing, selected, columns) -%}
    {%- set day = config.get('liquid_clustered_by')[0] -%}
    {%- set staged = existing.incorporate(
        path={'identifier': existing.identifier ~ '__dbt_staged'}
    ) -%}
    {%- set in_scope = [
        'not exists (select 1 from ' ~ sessions.current_entry_of(model.name) ~ ')',
    ] -%}
    {%- for condition in sessions.replaced_rows(staged) -%}
        {%- do in_scope.append('coalesce(' ~ condition ~ ', false)') -%}
    {%- endfor -%}
    {%- set in_scope = '(' ~ in_scope | join(' or ') ~ ')' -%}

    {#- Staged once: each statement that reads the view of the selection would compute it
        again. -#}
    {%- do run_query(
        'create or replace table ' ~ staged ~ ' as select ' ~ columns ~ ' from ' ~ selected
    ) -%}
    {%- set touched = run_query(
        'select ' ~ day ~ ' from ' ~ staged ~ ' union distinct select ' ~ day ~ ' from '
        ~ existing ~ ' where ' ~ in_scope
    ).columns -%}
    {%- if touched and touched[0].values() -%}
        {%- set is_touched = sessions.spark__is_in_partitions(day, touched[0].values()) -%}
        {%- do run_query(
            'insert into ' ~ existing ~ ' replace where ' ~ is_touched
            ~ ' select ' ~ columns ~ ' from (select ' ~ columns ~ ' from ' ~ staged
            ~ ' union all select ' ~ columns ~ ' from ' ~ existing ~ ' where ' ~ is_touched
            ~ ' and not ' ~ in_scope ~ ') as rows_of_days'
        ) -%}
    {%- endif -%}
    drop table {{ staged }}
{%- endmacro %}

{#- DuckLake: DuckDB whose tables are Parquet files, with a catalog elsewhere. Its adapter is
    that of DuckDB. -#}


{#- Whether a table or view is in DuckLake. Adapters that do not know it cannot say so.

    relation: the table or view. -#}
{% macro is_in_ducklake(relation) -%}
    {{ return(adapter.is_ducklake is defined and adapter.is_ducklake(relation)) }}
{%- endmacro %}


{#- Stops a run that would build two models at once in DuckLake: with version 1.5.5, each may
    miss tables that the other one reads, or the process ends with a segmentation fault. -#}
{% macro check_threads() -%}
    {{ return(adapter.dispatch('check_threads', 'sessions')()) }}
{%- endmacro %}

{% macro default__check_threads() -%}
{%- endmacro %}

{% macro duckdb__check_threads() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build', 'seed')
        and target.threads > 1 -%}
    {%- if is_concerned and sessions.is_in_ducklake(api.Relation.create(
        database=target.database
    )) -%}
        {{ exceptions.raise_compiler_error(
            "DuckLake takes one model at a time; in profiles.yml, write threads: 1 for the "
            ~ "target " ~ target.name ~ ", or add to your command: --threads 1"
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- Waits until no other transaction with this lock is open: a lock of PostgreSQL, in the
    transaction there that belongs to this one. It is the first statement of a new
    transaction, which so sees what the other one has written: while a model is compiled, dbt
    may have begun one that does not. DuckLake itself would refuse the second of two builds
    that change a table, and only when it commits; and not if one of them deletes no row.
    Nothing is done for tables that are not in DuckLake, and for catalogs elsewhere, such as
    in a file that one process has for itself. -#}
{% macro duckdb__acquire_build_lock() -%}
    {%- if execute and sessions.is_in_ducklake(this) -%}
        {%- set known = sessions.known_in_run('ducklake') -%}
        {%- if 'catalog' not in known -%}
            {%- do known.update({'catalog': run_query(
                'select catalog_type from ducklake_settings('
                ~ sessions.quote_literal(this.database) ~ ')'
            ).rows[0][0]}) -%}
        {%- endif -%}
        {%- set lock = 'select 1 from pg_advisory_xact_lock(hashtextextended('
            ~ sessions.quote_literal('sessions ' ~ sessions.table_of_builds()) ~ ', 0))'
        -%}
        {%- if known.catalog == 'postgres' -%}
    commit;
    begin;
    from system.main.postgres_query(
        {{ sessions.quote_literal('__ducklake_metadata_' ~ this.database) }},
        {{ sessions.quote_literal(lock) }}
    )
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether the columns of a relation can have comments of their own.

    relation: the table or view. -#}
{% macro has_comments_on_columns(relation) -%}
    {{ return(adapter.dispatch('has_comments_on_columns', 'sessions')(relation)) }}
{%- endmacro %}

{% macro default__has_comments_on_columns(relation) -%}
    {{ return(true) }}
{%- endmacro %}

{#- DuckLake comments columns of tables alone. -#}
{% macro duckdb__has_comments_on_columns(relation) -%}
    {{ return(not (relation.is_view and sessions.is_in_ducklake(relation))) }}
{%- endmacro %}


{#- Removes what no reader of DuckLake needs any more: the versions of tables that are older
    than some days, and their files. Small files become larger ones. It is no part of a build:
    `dbt run-operation expire_old_files` between two of them, once a day.

    days: how old a version has to be. A query that takes longer than that fails. -#}
{% macro expire_old_files(days=7) -%}
    {%- if execute and not sessions.is_in_ducklake(api.Relation.create(
        database=target.database
    )) -%}
        {{ exceptions.raise_compiler_error(
            "the target " ~ target.name ~ " is no DuckLake, and has no old files; add to "
            ~ "your command: --target ducklake"
        ) }}
    {%- endif -%}
    {%- if execute -%}
        {%- set lake = sessions.quote_literal(target.database) -%}
        {%- set age = 'older_than => now() - interval ' ~ days ~ ' day' -%}
        {%- for statement in [
            'ducklake_expire_snapshots(' ~ lake ~ ', ' ~ age ~ ')',
            'ducklake_merge_adjacent_files(' ~ lake ~ ')',
            'ducklake_cleanup_old_files(' ~ lake ~ ', ' ~ age ~ ')',
            'ducklake_delete_orphaned_files(' ~ lake ~ ', ' ~ age ~ ')',
        ] -%}
            {%- do run_query('call ' ~ statement) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

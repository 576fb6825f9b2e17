{#- The incremental strategy where several statements are not a transaction, and no single
    one does it all. While rows are deleted, the newest entry of int_builds has no settings;
    a build that finds such an entry follows one that was killed: it discards the entry and
    replaces the whole table. -#}


{#- A statement that discards the entry of an unfinished build of a model; empty where a
    transaction that was not committed leaves nothing. -#}
{% macro discard_incomplete_build() -%}
    {{ return(adapter.dispatch('discard_incomplete_build', 'sessions')()) }}
{%- endmacro %}

{% macro default__discard_incomplete_build() -%}
{%- endmacro %}

{% macro trino__discard_incomplete_build() -%}
    insert into {{ sessions.table_of_builds() }} (relation_name, model_name, entry_number)
    select relation_name, model_name, entry_number + 1 as entry_number
    from {{ sessions.current_entry_of(model.name) }}
    where built_with is null
{%- endmacro %}

{% macro clickhouse__discard_incomplete_build() -%}
    {{ return(sessions.trino__discard_incomplete_build()) }}
{%- endmacro %}


{% macro trino__replace_where(existing, selected, columns) -%}
    {%- set unfinished -%}
        insert into {{ sessions.table_of_builds() }}
        (relation_name, model_name, batch_number, alias_version, entry_number)
        select
            relation_name, model_name, batch_number, alias_version,
            entry_number + 1 as entry_number
        from {{ sessions.current_entry_of(model.name) }}
    {%- endset -%}
    {{ return(sessions.in_one_transaction(
        [unfinished]
        + sessions.replace_where_statements(existing, selected, columns)
    )) }}
{%- endmacro %}

{% macro clickhouse__replace_where(existing, selected, columns) -%}
    {{ return(sessions.trino__replace_where(existing, selected, columns)) }}
{%- endmacro %}


{#- Whether the sessions that a build adds, changes and removes are counted. Where that is no
    part of the transaction that writes them, a killed build would count them twice. -#}
{% macro counts_replaced_sessions() -%}
    {{ return(adapter.dispatch('counts_replaced_sessions', 'sessions')()) }}
{%- endmacro %}

{% macro default__counts_replaced_sessions() -%}
    {{ return(true) }}
{%- endmacro %}

{% macro spark__counts_replaced_sessions() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro trino__counts_replaced_sessions() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro clickhouse__counts_replaced_sessions() -%}
    {{ return(false) }}
{%- endmacro %}

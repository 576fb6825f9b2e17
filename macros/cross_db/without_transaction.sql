{#- How a model is written where several statements are no transaction, and no single one
    does it all. While rows make way, int_builds does not say with what settings the model
    is built; a build that finds that so was preceded by one that was killed, forgets it,
    and makes all of it again. -#}


{#- A statement that forgets an unfinished build of a model; empty where a transaction that
    was not committed has left nothing. -#}
{% macro discard_incomplete_build() -%}
    {{ return(adapter.dispatch('discard_incomplete_build', 'sessions')()) }}
{%- endmacro %}

{% macro default__discard_incomplete_build() -%}
{%- endmacro %}

{% macro trino__discard_incomplete_build() -%}
    insert into {{ sessions.table_of_builds() }} (relation_name, model_name, entry_number)
    select relation_name, model_name, entry_number + 1 as entry_number
    from {{ sessions.current_builds() }}
    where {{ sessions.is_entry_of(model.name) }} and built_with is null
{%- endmacro %}

{% macro clickhouse__discard_incomplete_build() -%}
    {{ return(sessions.trino__discard_incomplete_build()) }}
{%- endmacro %}


{% macro trino__replace_where(built, selected, columns) -%}
    {%- set unfinished -%}
        insert into {{ sessions.table_of_builds() }}
        (relation_name, model_name, batch_number, entry_number)
        select relation_name, model_name, batch_number, entry_number + 1 as entry_number
        from {{ sessions.current_builds() }}
        where {{ sessions.is_entry_of(model.name) }}
    {%- endset -%}
    {{ return(sessions.in_one_transaction(
        [unfinished]
        + sessions.replace_where_statements(built, selected, columns)
    )) }}
{%- endmacro %}

{% macro clickhouse__replace_where(built, selected, columns) -%}
    {{ return(sessions.trino__replace_where(built, selected, columns)) }}
{%- endmacro %}

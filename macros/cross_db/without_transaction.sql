{#- How a model is written where several statements are no transaction, and no single one
    does it all. While rows make way, int_builds does not say with what settings the model
    is built; a build that finds that so was preceded by one that was killed, forgets it,
    and makes all of it again. -#}


{#- A statement that forgets an unfinished build of a model; empty where a transaction that
    was not committed has left nothing. -#}
{% macro forget_unfinished() -%}
    {{ return(adapter.dispatch('forget_unfinished', 'sessions')()) }}
{%- endmacro %}

{% macro default__forget_unfinished() -%}
{%- endmacro %}

{% macro trino__forget_unfinished() -%}
    delete from {{ sessions.table_of_builds() }}
    where model_name = '{{ model.name }}' and built_with is null
{%- endmacro %}

{% macro clickhouse__forget_unfinished() -%}
    {{ return(sessions.trino__forget_unfinished()) }}
{%- endmacro %}


{% macro trino__replace_scope(built, selected, columns) -%}
    {%- set unfinished -%}
        update {{ sessions.table_of_builds() }} set built_with = null
        where model_name = '{{ model.name }}'
    {%- endset -%}
    {{ return(sessions.together(
        [unfinished]
        + sessions.statements_of_replace_scope(built, selected, columns)
    )) }}
{%- endmacro %}

{% macro clickhouse__replace_scope(built, selected, columns) -%}
    {%- set unfinished -%}
        alter table {{ sessions.table_of_builds() }} update built_with = null
        where model_name = '{{ model.name }}'
        settings mutations_sync = 1
    {%- endset -%}
    {{ return(sessions.together(
        [unfinished]
        + sessions.statements_of_replace_scope(built, selected, columns)
    )) }}
{%- endmacro %}


{#- ClickHouse deletes nothing where the condition reads the table that rows are deleted
    from: it is asked beforehand. -#}
{% macro clickhouse__end_build(upstream) -%}
    {%- set builds = sessions.table_of_builds() -%}
    {%- set columns = sessions.columns_of_builds() | join(', ') -%}
    {%- set news = sessions.news_of_build(upstream) -%}
    {%- if execute and run_query('select count(*) from (' ~ news ~ ') as news').rows[0][0] -%}
        {{ sessions.together([
            'delete from ' ~ builds ~ " where model_name = '" ~ model.name ~ "'",
            'insert into ' ~ builds ~ ' (' ~ columns ~ ') ' ~ news,
        ]) }}
    {%- endif -%}
{%- endmacro %}

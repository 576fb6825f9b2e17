{#- What an incremental model does around being written: int_builds remembers up to which
    batch it is built. A batch are the rows that one build of int_events_enriched has read,
    whatever moments they bear: rows of sources that lag behind each other, and rows that
    are read again, are in the newest one. -#}


{#- After a model is written, within its transaction: it has what the model it is made of
    had, which its meta names as built_from. Nothing is written when nothing has changed. -#}
{% macro end_build() -%}
    {%- set upstream = model.config.meta.get('built_from') -%}
    {{ return(adapter.dispatch('end_build', 'sessions')(upstream)) }}
{%- endmacro %}

{% macro default__end_build(upstream) -%}
    {%- set columns = sessions.columns_of_builds() | join(', ') -%}
    {%- set news = sessions.news_of_build(upstream) -%}
    {{ sessions.together([
        'delete from ' ~ sessions.table_of_builds() ~ " where model_name = '" ~ model.name
        ~ "' and exists (" ~ news ~ ')',
        'insert into ' ~ sessions.table_of_builds() ~ ' (' ~ columns ~ ') ' ~ news,
        sessions.count_anew(this),
    ]) }}
{%- endmacro %}


{#- A query for the row of a model in int_builds, empty when it is there already.

    upstream: the incremental model it is made of; none for the one that reads raw rows. -#}
{% macro news_of_build(upstream) -%}
    {%- set builds = sessions.table_of_builds() -%}
    {%- set columns = sessions.columns_of_builds() | join(', ') -%}
    select {{ columns }}
    from (
        select
            '{{ model.name }}' as model_name,
            {{ sessions.text_literal(tojson(sessions.settings_in_force(model.name), sort_keys=true)) }} as built_with,
            {%- if upstream %}
            batch_number,
            newest_loaded_at,
            newest_row_count,
            undated_row_count
        from {{ builds }}
        where model_name = '{{ upstream }}'
            {%- else %}
            coalesce((select max(batch_number) from {{ this }}), 0) as batch_number,
            (select max(loaded_at) from {{ this }}) as newest_loaded_at,
            (
                select count(*) from {{ this }}
                where loaded_at = (select max(loaded_at) from {{ this }})
            ) as newest_row_count,
            (select count(*) from {{ this }} where loaded_at is null) as undated_row_count
            {%- endif %}
    ) as build
    {{ dbt.except() }}
    select {{ columns }} from {{ builds }} where model_name = '{{ model.name }}'
{%- endmacro %}


{#- int_builds, to be written to: `dbt build --empty` takes no rows from what a query reads,
    and would put a query in the place of this table too. -#}
{% macro table_of_builds() -%}
    {{ return(ref('int_builds').render()) }}
{%- endmacro %}


{#- The columns of int_builds, in the order of news_of_build. -#}
{% macro columns_of_builds() -%}
    {{ return([
        'built_with', 'batch_number', 'newest_loaded_at', 'newest_row_count', 'undated_row_count',
        'model_name',
    ]) }}
{%- endmacro %}


{#- Before a model is written, within its transaction. A full refresh forgets the build
    before, because what is pending is asked of this memory, and that of all models when
    raw rows are read again: a refresh that is killed leaves them to the next build.

    The model that reads raw rows is built from no other. -#}
{% macro begin_build() -%}
    {%- set is_first = not model.config.meta.get('built_from') -%}
    {{ return(adapter.dispatch('begin_build', 'sessions')(is_first)) }}
{%- endmacro %}

{% macro default__begin_build(is_first) -%}
    {%- set statements = [
        sessions.tune_for_build(),
        sessions.hold_others_off(),
        sessions.forget_unfinished(),
    ] -%}
    {%- if execute and sessions.is_rebuilt(model.name) -%}
        {%- do statements.append(
            'delete from ' ~ sessions.table_of_builds() ~ ' where '
            ~ ('true' if is_first else "model_name = '" ~ model.name ~ "'")
        ) -%}
    {%- endif -%}
    {{ sessions.together(statements) }}
{%- endmacro %}

{#- What is built, and what it lacks. int_builds remembers of each incremental model up to
    which delivery it was built; all of that can be read off the raw rows, so a full
    refresh remembers the same. -#}


{#- The table of an incremental model as the last build left it; none when it will be
    built from nothing, and in unit tests. The views in front of it ask for it too.

    model_name: an incremental model of this package. -#}
{% macro built(model_name) -%}
    {%- if not execute -%}
        {#- dbt only collects references: show it those of later builds. -#}
        {{ return(this) }}
    {%- elif flags.FULL_REFRESH or model.resource_type == 'unit_test' -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(sessions.relation_of(model_name)) }}
{%- endmacro %}


{#- The relation of a model, none when it does not exist. It makes no dependency: whoever
    asks stands in front of the model and would wait for itself. -#}
{% macro relation_of(model_name) -%}
    {%- set node = graph.nodes['model.sessions.' ~ model_name] -%}
    {{ return(load_relation(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    ))) }}
{%- endmacro %}


{#- Rows loaded from this moment on are not in the model yet; all, when none is.

    model_name: an incremental model of this package. -#}
{% macro pending_from(model_name) -%}
    coalesce(
        (
            select pending_from from {{ ref('int_builds_pending') }}
            where model_name = '{{ model_name }}'
        ),
        {{ sessions.first_moment() }}
    )
{%- endmacro %}


{#- Whether an event of int_events_sessionized lies in an island that the model does not
    have as it is now. A new event can join, split or move sessions only within the
    silences around it, so whole islands are made again and nothing else.

    model_name: an incremental model of this package. -#}
{% macro is_pending(model_name) -%}
    island_loaded_at >= {{ sessions.pending_from(model_name) }}
{%- endmacro %}


{#- After a model is written, within its transaction: it has what the model it is made of
    had. Nothing is written when nothing has changed.

    upstream: the incremental model it is made of, none for the one that reads raw rows. -#}
{% macro end_build(upstream=none) -%}
    {%- set builds = ref('int_builds') -%}
    {%- set build -%}
        select
            '{{ model.name }}' as model_name,
            {{ sessions.text_literal(tojson(sessions.settings_in_force())) }} as built_with,
            {%- if upstream %}
            newest_loaded_at,
            newest_row_count,
            undated_row_count
        from {{ builds }}
        where model_name = '{{ upstream }}'
            {%- else %}
            newest.loaded_at as newest_loaded_at,
            (
                select count(*) from {{ this }} as built
                where built.loaded_at = newest.loaded_at
            ) as newest_row_count,
            (
                select count(*) from {{ this }} as built
                where built.loaded_at is null
            ) as undated_row_count
        from (select max(loaded_at) as loaded_at from {{ this }}) as newest
            {%- endif %}
    {%- endset -%}
    {%- set remembered -%}
        select * from {{ builds }} where model_name = '{{ model.name }}'
    {%- endset -%}

    delete from {{ builds }}
    where
        model_name = '{{ model.name }}'
        and exists ({{ build }} except {{ remembered }});
    insert into {{ builds }}
    {{ build }}
    except
    {{ remembered }};
{%- endmacro %}


{#- Before a model is written, within its transaction. A full refresh forgets the build
    before, because what is pending is asked of this memory, and that of all models when
    raw rows are read again: a refresh that is killed leaves them to the next build. Any
    other build joins a few rows to a long history.

    is_first: whether the model is the one that reads raw rows. -#}
{% macro begin_build(is_first=false) -%}
    {%- if flags.FULL_REFRESH -%}
        delete from {{ ref('int_builds') }}
        {%- if not is_first %}
        where model_name = '{{ model.name }}'
        {%- endif %}
    {%- else -%}
        {{ sessions.tune_for_few_rows() }}
    {%- endif -%}
{%- endmacro %}

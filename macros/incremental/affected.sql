{#- What is built, and what it lacks. -#}


{#- The table of an incremental model as the last build left it; none when it will be
    built from nothing, and in unit tests. The views in front of it ask for it too. A view
    of the model's name, which `dbt clone` makes, is none: dbt replaces it by a table.

    model_name: an incremental model of this package. -#}
{% macro existing_relation(model_name) -%}
    {%- if not execute -%}
        {#- dbt only collects references: show it those of later builds. -#}
        {{ return(this) }}
    {%- elif model.resource_type == 'unit_test' or sessions.is_full_refresh(model_name) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set relation = sessions.relation_of(model_name) -%}
    {{ return(none if relation and relation.is_view else relation) }}
{%- endmacro %}


{#- The relation of a model, none when it does not exist. It makes no dependency: whoever
    asks stands in front of the model and would wait for itself. -#}
{% macro relation_of(model_name) -%}
    {%- set node = graph.nodes.get('model.sessions.' ~ model_name) -%}
    {{ return(sessions.relation_of_node(node) if node else none) }}
{%- endmacro %}

{#- The same of a node as dbt knows it: a model or a seed. -#}
{% macro relation_of_node(node) -%}
    {{ return(load_relation(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    ))) }}
{%- endmacro %}


{#- Whether the run makes a model from nothing: its own configuration decides, else the
    command; a model that takes no part stays as it is.

    model_name: an incremental model of this package. -#}
{% macro is_full_refresh(model_name) -%}
    {%- set id = 'model.sessions.' ~ model_name -%}
    {%- set node = graph.nodes.get(id) -%}
    {%- set is_asked_for = flags.FULL_REFRESH -%}
    {%- if node and node.config.full_refresh is not none -%}
        {%- set is_asked_for = node.config.full_refresh -%}
    {%- endif -%}
    {{ return(is_asked_for and id in selected_resources) }}
{%- endmacro %}


{#- Whether int_builds knows the model. What is not known makes way as a whole, though its
    rows are still there: they are no reason to leave any of them out.

    model_name: an incremental model of this package. -#}
{% macro has_watermark(model_name) -%}
    exists (
        select 1 from {{ ref('int_builds_current') }}
        where {{ sessions.is_entry_of(model_name) }}
    )
{%- endmacro %}


{#- The newest batch that a model is built up to: 0 when it has none, and when the run makes
    it from nothing.

    model_name: an incremental model of this package. -#}
{% macro newest_batch_of(model_name) -%}
    {%- if execute and model.resource_type != 'unit_test'
        and sessions.is_full_refresh(model_name) -%}
        {{ return('0') }}
    {%- endif -%}
    coalesce(
        (
            select batch_number from {{ ref('int_builds_current') }}
            where {{ sessions.is_entry_of(model_name) }}
        ),
        0
    )
{%- endmacro %}


{#- The number of the batch that a build reads. It is greater than any that a table is built
    up to, also when int_events_enriched itself is gone: then all of it is new to them. -#}
{% macro next_batch() -%}
    {%- if execute and (
        model.resource_type == 'unit_test' or sessions.is_full_refresh('int_events_enriched')
    ) -%}
        {{ return('cast(1 as ' ~ dbt.type_bigint() ~ ')') }}
    {%- endif -%}
    (select coalesce(max(batch_number), 0) + 1 from {{ ref('int_builds') }})
{%- endmacro %}


{#- Whether a row of int_events_enriched is of a batch that the model does not have yet.

    model_name: an incremental model of this package. -#}
{% macro is_new_to(model_name) -%}
    {{ sessions.is_greater('batch_number', sessions.newest_batch_of(model_name)) }}
{%- endmacro %}


{#- Whether an event of int_events_sessionized lies in an island that the model does not
    have as it is now. A new event can join, split or move sessions only within the
    silences around it, so whole islands are made again and nothing else.

    model_name: an incremental model of this package. -#}
{% macro in_affected_island(model_name) -%}
    {{ sessions.is_greater('island_batch_number', sessions.newest_batch_of(model_name)) }}
{%- endmacro %}


{#- A query for the keys of all sessions that events of a model's pending islands open, or
    may have opened before: more than those of its pending sessions, never fewer.

    model_name: an incremental model of this package. -#}
{% macro affected_session_keys(model_name) -%}
    select {{ sessions.session_key() }} as session_key
    from {{ ref('int_events_sessionized') }}
    where {{ sessions.in_affected_island(model_name) }}
{%- endmacro %}


{#- Whether one delivery of an event comes before another: the first stays. At one moment
    the sources go by their names; of one source all rows of a moment are read together.

    one, other: relations with their event_source and loaded_at. -#}
{% macro is_delivered_before(one, other) -%}
    (
        {{ one }}.loaded_at < {{ other }}.loaded_at
        or (
            {{ one }}.loaded_at = {{ other }}.loaded_at
            and {{ sessions.collate_binary(one ~ '.event_source') }}
            < {{ sessions.collate_binary(other ~ '.event_source') }}
        )
    )
{%- endmacro %}


{#- Whether an event is one of a few. Their days spare most of a long history, and one key
    finds them in the rest.

    events: a relation with their event_key, event_at and this day.
    day: the day by which rows of the table lie together: loaded_date of
        int_events_enriched, event_date of int_events_sessionized. -#}
{% macro is_event_of(events, day) -%}
    {{ day }} in (select distinct {{ day }} from {{ events }})
    and {{ sessions.in_subquery('event_key', events, 'event_at') }}
{%- endmacro %}


{#- Whether a row is one of a few deliveries: of two deliveries of an event each has its
    own visitor and moment, or they share an island.

    events: a relation with their visitor_key, event_key, event_at and this day.
    day: see is_event_of. -#}
{% macro is_delivery_of(events, day) -%}
    {%- set columns = ['visitor_key', 'event_key', 'event_at'] -%}
    {{ sessions.is_event_of(events, day) }}
    and {{ sessions.tuple_in(columns, columns, events) }}
{%- endmacro %}

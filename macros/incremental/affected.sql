{#- The state of built tables, and what they still lack. -#}


{#- The table of an incremental model as the last build left it; none if the run builds it
    from scratch, and in unit tests. Views upstream of the model use it too. A view of the
    model's name, as `dbt clone` creates it, counts as none: dbt replaces it with a table.

    model_name: an incremental model of this package. -#}
{% macro existing_relation(model_name) -%}
    {%- if not execute -%}
        {#- At parse time dbt collects references: return those of an incremental build. -#}
        {{ return(this) }}
    {%- elif model.resource_type == 'unit_test' or sessions.is_full_refresh(model_name) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set relation = sessions.relation_of(model_name) -%}
    {{ return(none if relation and relation.is_view else relation) }}
{%- endmacro %}


{#- The relation of a model, none if it does not exist. It adds no dependency: callers are
    upstream of the model, so a ref would be a cycle. -#}
{% macro relation_of(model_name) -%}
    {%- set node = sessions.node_of('model.sessions.' ~ model_name) -%}
    {{ return(sessions.relation_of_node(node) if node else none) }}
{%- endmacro %}

{#- The same for a node of the graph: a model or a seed. -#}
{% macro relation_of_node(node) -%}
    {{ return(load_relation(api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    ))) }}
{%- endmacro %}


{#- Whether the run builds a model from scratch: its own configuration decides, else the
    command; a model that is not selected stays as it is.

    model_name: an incremental model of this package. -#}
{% macro is_full_refresh(model_name) -%}
    {%- set id = 'model.sessions.' ~ model_name -%}
    {%- set node = sessions.node_of(id) -%}
    {%- set is_requested = flags.FULL_REFRESH -%}
    {%- if node and node.config.full_refresh is not none -%}
        {%- set is_requested = node.config.full_refresh -%}
    {%- endif -%}
    {{ return(is_requested and id in selected_resources) }}
{%- endmacro %}


{#- Whether int_builds has a current entry for the model. Without one its table is replaced
    as a whole: rows that it still holds must not exclude any from the selection.

    model_name: an incremental model of this package. -#}
{% macro has_current_entry(model_name) -%}
    exists (select 1 from {{ sessions.current_entry_of(model_name, ref('int_builds')) }})
{%- endmacro %}


{#- Whether the table of a model is there and the current entry of int_builds is of this very
    table, as of when this is rendered. False where the run builds it from scratch, and in unit
    tests.

    model_name: an incremental model of this package. -#}
{% macro is_built(model_name) -%}
    {%- set entry = sessions.current_entry_of(model_name) -%}
    {%- set table = sessions.existing_relation(model_name) if execute -%}
    {{ return(
        table
        and sessions.relation_of('int_builds')
        and run_query(
            'select count(*) from ' ~ entry ~ ' where table_identity = '
            ~ sessions.table_identity(model_name, table)
        ).rows[0][0] > 0
    ) }}
{%- endmacro %}


{#- The newest batch in the table of a model: 0 without an entry, and if the run builds it
    from scratch.

    model_name: an incremental model of this package. -#}
{% macro newest_batch_of(model_name) -%}
    {%- if execute and model.resource_type != 'unit_test'
        and sessions.is_full_refresh(model_name) -%}
        {{ return('0') }}
    {%- endif -%}
    coalesce(
        (
            select batch_number
            from {{ sessions.current_entry_of(model_name, ref('int_builds')) }}
        ),
        0
    )
{%- endmacro %}


{#- The number of the batch that this build reads. It is greater than that of any table,
    even if int_events_enriched itself was dropped: all of its rows then count as new
    downstream. -#}
{% macro next_batch() -%}
    {%- if execute and (
        model.resource_type == 'unit_test' or sessions.is_full_refresh('int_events_enriched')
    ) -%}
        {{ return('cast(1 as ' ~ dbt.type_bigint() ~ ')') }}
    {%- endif -%}
    (select coalesce(max(batch_number), 0) + 1 from {{ ref('int_builds') }})
{%- endmacro %}


{#- Whether a row of int_events_enriched belongs to a batch that the model does not have
    yet.

    model_name: an incremental model of this package. -#}
{% macro is_new_to(model_name) -%}
    {{ sessions.is_greater('batch_number', sessions.newest_batch_of(model_name)) }}
{%- endmacro %}


{#- Whether an event of int_events_sessionized is in an island whose current state the model
    does not have yet. A new event can join, split or move sessions only within the silences
    around it, so whole islands are rebuilt and nothing else.

    model_name: an incremental model of this package. -#}
{% macro in_affected_island(model_name) -%}
    {{ sessions.is_greater('island_batch_number', sessions.newest_batch_of(model_name)) }}
{%- endmacro %}


{#- A query for the keys of all sessions that events of a model's affected islands open, or
    may have opened before: a superset of the keys of its affected sessions.

    model_name: an incremental model of this package. -#}
{% macro affected_session_keys(model_name) -%}
    select {{ sessions.session_key() }} as session_key
    from {{ ref('int_events_sessionized') }}
    where {{ sessions.in_affected_island(model_name) }}
{%- endmacro %}


{#- Whether a row is of a session of a model's affected islands, as it is or was.

    model_name: an incremental model of this package.
    day: a day of the session, by which the rows are partitioned. -#}
{% macro is_of_affected_session(model_name, day) -%}
    session_id in (
        select {{ sessions.key_to_text('session_key') }}
        from ({{ sessions.affected_session_keys(model_name) }}) as pending
    )
    and {{ day }} in (
        select distinct event_date
        from {{ ref('int_events_sessionized') }}
        where {{ sessions.in_affected_island(model_name) }}
    )
{%- endmacro %}


{#- Whether one delivery of an event precedes another; the first one is kept. On equal
    loaded_at the names of the sources decide; all rows of one source and loaded_at are read
    together.

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


{#- Whether an event is one of a few, as a semi-join. Their days prune most of a long
    history, and the key finds them in the rest.

    events: a relation with their event_key, event_at and this day.
    day: the day by which the table is partitioned or clustered: loaded_date of
        int_events_enriched, event_date of int_events_sessionized. -#}
{% macro is_event_of(events, day) -%}
    {{ day }} in (select distinct {{ day }} from {{ events }})
    and {{ sessions.in_subquery('event_key', events, 'event_at') }}
{%- endmacro %}


{#- Whether a row is one of a few deliveries: two deliveries of an event each have their own
    visitor and event_at, or they share an island.

    events: a relation with their visitor_key, event_key, event_at and this day.
    day: see is_event_of. -#}
{% macro is_delivery_of(events, day) -%}
    {%- set columns = ['visitor_key', 'event_key', 'event_at'] -%}
    {{ sessions.is_event_of(events, day) }}
    and {{ sessions.tuple_in(columns, columns, events) }}
{%- endmacro %}

{#- The event contract, one for all sources: the columns that the yml of raw.events lists,
    each with its name, data_type and description, and in its meta whether it is required.
    Empty at parse time, while dbt only collects references. -#}
{% macro event_columns() -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set contract = graph.sources.get('source.sessions.raw.events') -%}
    {%- if not contract -%}
        {{ exceptions.raise_compiler_error(
            "the source raw of the package sessions is disabled, but its yml is the event "
            ~ "contract; remove its +enabled from dbt_project.yml: it needs no table"
        ) }}
    {%- endif -%}
    {{ return(contract.columns.values() | list) }}
{%- endmacro %}


{#- The columns of the contract as SQL that reads them from a relation: unchanged if the
    relation has them, null if it lacks an optional one. One line of the log names all that
    are missing, except event_source, which defaults to the name of the folder.

    relation: raw.events or the staging model of a source. One that does not exist yet, or
        is an input of a unit test, counts as complete. -#}
{% macro event_columns_of(relation) -%}
    {%- set found = [] -%}
    {#- Without the limit that `dbt build --empty` adds. -#}
    {%- set table = api.Relation.create(
        database=relation.database, schema=relation.schema, identifier=relation.identifier
    ) -%}
    {%- if execute and model.resource_type != 'unit_test' -%}
        {%- for column in adapter.get_columns_in_relation(table) -%}
            {%- do found.append(column.name | lower) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set columns, missing = [], [] -%}
    {%- for column in sessions.event_columns() -%}
        {%- set is_there = not found or column.name in found -%}
        {%- if not is_there and column.meta.required -%}
            {{ exceptions.raise_compiler_error(
                table ~ " has no column " ~ column.name ~ ", which every event needs; "
                ~ "add it, or read the table in a staging model of your own"
            ) }}
        {%- elif not is_there and column.name != 'event_source' -%}
            {%- do missing.append(column.name) -%}
        {%- endif -%}
        {%- do columns.append({
            'name': column.name,
            'data_type': column.data_type,
            'value': column.name if is_there else 'null',
        }) -%}
    {%- endfor -%}
    {%- if missing -%}
        {{ log(
            table ~ " has no column " ~ missing | join(', ') ~ ": null in every row",
            info=true
        ) }}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}


{#- A raw value cast to its type in the contract, null where that fails. loaded_at keeps
    every value, infinity included, because new rows are found by it.

    column: one of event_columns_of. -#}
{% macro as_contracted(column) -%}
    {%- if column.name == 'loaded_at' -%}
        {{ sessions.cast_or_null(column.value, sessions.type_timestamp_utc()) }}
    {%- elif column.data_type == 'timestamp' -%}
        {{ sessions.timestamp_or_null(column.value) }}
    {%- else -%}
        {{ sessions.cast_or_null(column.value, sessions.type_of(column.data_type)) }}
    {%- endif -%}
{%- endmacro %}


{#- The columns of an event, each cast to its type, as a list for a select. event_source is
    left out where no row has one: every row then has the folder as its source, without a
    scan.

    relation: raw.events, whose columns may have any type. -#}
{% macro contracted_columns(relation) -%}
    {%- set selected = [] -%}
    {%- for column in sessions.event_columns_of(relation)
        if column.name != 'event_source' or column.value != 'null' -%}
        {%- do selected.append(sessions.as_contracted(column) ~ ' as ' ~ column.name) -%}
    {%- endfor -%}
    {{ return(selected) }}
{%- endmacro %}


{#- The same for the staging model of a source, which has cast its columns already. Texts
    by which rows are told apart are trimmed, the others where duplicates are known.

    relation: a staging model. -#}
{% macro typed_columns(relation) -%}
    {%- set selected = [] -%}
    {%- for column in sessions.event_columns_of(relation) -%}
        {%- set value = 'cast(' ~ column.value ~ ' as ' ~ sessions.type_of(column.data_type) ~ ')' -%}
        {%- if column.name in sessions.identifying_columns() and column.value != 'null' -%}
            {%- set value = sessions.trimmed(value) -%}
        {%- endif -%}
        {%- do selected.append(value ~ ' as ' ~ column.name) -%}
    {%- endfor -%}
    {{ return(selected) }}
{%- endmacro %}


{#- The texts that tell deliveries apart. -#}
{% macro identifying_columns() -%}
    {{ return(['event_id', 'site_id', 'visitor_id', 'event_name']) }}
{%- endmacro %}


{#- A column of an event, trimmed if it is a text that is not trimmed yet.

    column: one of event_columns. -#}
{% macro trimmed_text(column) -%}
    {%- if column.data_type == 'string'
        and column.name not in sessions.identifying_columns() + ['event_source'] -%}
        {{ sessions.trimmed(column.name) }}
    {%- else -%}
        {{ column.name }}
    {%- endif -%}
{%- endmacro %}

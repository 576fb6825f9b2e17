{#- The columns of an event in fct_events: those of the contract, and own ones. -#}
{% macro event_columns() -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(sessions.contract_columns() + sessions.own_columns()) }}
{%- endmacro %}


{#- The event contract, one for all sources: the columns that the yml of raw.events lists,
    each with its name, data_type and description, and in its meta whether it is required. A
    column that is read and not kept, as event_properties, is left out unless asked for.
    Empty at parse time, while dbt only collects references, and in unit tests that do not
    override event_columns.

    with_unkept: whether to list it too. -#}
{% macro contract_columns(with_unkept=false) -%}
    {%- if not execute or 'sources' not in graph -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set contract = graph.sources.get('source.sessions.raw.events') -%}
    {%- if not contract -%}
        {{ exceptions.raise_compiler_error(
            "the source raw of the package sessions is disabled, but its yml is the event "
            ~ "contract; remove its +enabled from dbt_project.yml: it needs no table"
        ) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in contract.columns.values() if with_unkept or not column.meta.is_unkept -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The columns of the contract as SQL that reads them from a relation: unchanged if the
    relation has them, null if it lacks an optional one. One line of the log names all that
    are missing, except event_source, which defaults to the name of the folder.

    relation: raw.events or the staging model of a source. One that does not exist yet, or
        is an input of a unit test, counts as complete. -#}
{% macro event_columns_of(relation) -%}
    {%- set table = sessions.without_limit(relation) -%}
    {%- set found = sessions.columns_found(relation) -%}
    {%- set columns, missing = [], [] -%}
    {%- for column in sessions.contract_columns() -%}
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
    {#- stg_generic__events lacks what raw.events lacks, which has been said -#}
    {%- if missing and relation.identifier != 'stg_generic__events' -%}
        {{ log(
            table ~ " has no column " ~ missing | join(', ') ~ ": null in every row",
            info=true
        ) }}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The optional columns that no source of events has: null in every event, so that nothing
    has to be looked up for them. None is among them in unit tests, or while a source is not
    there yet. -#}
{% macro columns_of_no_source() -%}
    {%- if execute and model.resource_type == 'unit_test' -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set known = sessions.known_in_run('columns_of_no_source') -%}
    {%- set found, unknown, missing = [], [], [] -%}
    {%- for source in sessions.event_sources(sessions.setting('event_sources')) -%}
        {%- set relation = ref('stg_' ~ source ~ '__events') -%}
        {%- if source not in known -%}
            {%- do known.update({source: sessions.columns_found(relation)}) -%}
        {%- endif -%}
        {%- do unknown.append(source) if not known[source] -%}
        {%- do found.extend(known[source]) -%}
    {%- endfor -%}
    {%- for column in sessions.contract_columns()
        if not unknown and column.name not in found -%}
        {%- do missing.append(column.name) -%}
    {%- endfor -%}
    {{ return(missing) }}
{%- endmacro %}


{#- A relation without the limit that `dbt build --empty` adds. -#}
{% macro without_limit(relation) -%}
    {{ return(api.Relation.create(
        database=relation.database, schema=relation.schema, identifier=relation.identifier
    )) }}
{%- endmacro %}


{#- The names of a relation's columns in lower case, as a list; empty where the relation does
    not exist, and in unit tests. -#}
{% macro columns_found(relation) -%}
    {{ return(sessions.types_found(relation).keys() | list) }}
{%- endmacro %}


{#- The types of a relation's columns, as the engine names them, by the names of the columns
    in lower case; empty as in columns_found. -#}
{% macro types_found(relation) -%}
    {%- set found = {} -%}
    {%- if execute and model.resource_type != 'unit_test' -%}
        {%- for column in adapter.get_columns_in_relation(sessions.without_limit(relation)) -%}
            {%- do found.update({column.name | lower: column.dtype}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{#- A raw value cast to its type in the contract, null where that fails. loaded_at keeps
    every value, infinity included, because new rows are found by it.

    column: one of event_columns_of. -#}
{% macro as_contracted(column) -%}
    {%- if column.name == 'loaded_at' -%}
        {{ sessions.try_cast(column.value, sessions.type_timestamp_utc()) }}
    {%- elif column.data_type == 'timestamp' -%}
        {{ sessions.timestamp_or_null(column.value) }}
    {%- else -%}
        {{ sessions.try_cast(column.value, sessions.type_of(column.data_type)) }}
    {%- endif -%}
{%- endmacro %}


{#- The columns of an event that a table has, each cast to its type, and as they are those
    that own columns come from, as a list for a select.

    relation: raw.events, whose columns may have any type. -#}
{% macro contracted_columns(relation) -%}
    {%- set selected = [] -%}
    {%- for column in sessions.event_columns_of(relation) if column.value != 'null' -%}
        {%- do selected.append(sessions.as_contracted(column) ~ ' as ' ~ column.name) -%}
    {%- endfor -%}
    {%- set found = sessions.columns_found(relation) if sessions.own_columns() else [] -%}
    {%- set known = sessions.contract_columns() | map(attribute='name') | list if found else [] -%}
    {%- for name in sessions.sources_of_own_columns() if name in found and name not in known -%}
        {%- do selected.append(name) -%}
    {%- endfor -%}
    {{ return(selected) }}
{%- endmacro %}


{#- The same for the staging model of a source, which has cast its columns already. Texts
    that identify a row are trimmed, the others once duplicates are known.

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
    {%- set found = sessions.columns_found(relation) if sessions.own_columns() else [] -%}
    {%- for column in sessions.own_columns() -%}
        {%- do selected.append(sessions.own_value(column, found) ~ ' as ' ~ column.name) -%}
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

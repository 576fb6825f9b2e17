{#- What stops a run whose variable own_columns is wrong. -#}


{#- Stops the run when an entry of the variable own_columns is wrong, with that entry.

    entries: the variable. -#}
{% macro check_own_columns(entries) -%}
    {%- if entries is string or entries is mapping or entries is not sequence -%}
        {%- do sessions.raise_invalid_setting(
            'own_columns', 'a list of entries such as '
            ~ '{name: page_type, type: text, from: page_type, in_sessions: first}'
        ) -%}
    {%- endif -%}
    {%- set keys = ['name', 'type', 'from', 'in_sessions', 'session_name', 'description'] -%}
    {%- set types = sessions.own_column_types() -%}
    {%- set summaries = sessions.own_column_summaries() -%}
    {%- set taken = {
        'name': sessions.columns_of_table('fct_events'),
        'session_name': sessions.columns_of_table('fct_sessions'),
    } -%}
    {%- for entry in entries -%}
        {%- set faults = [] -%}
        {%- if entry is not mapping -%}
            {%- do faults.append('is no entry; write {name: page_type, type: text}') -%}
        {%- else -%}
            {%- for key in entry if key not in keys -%}
                {%- do faults.append(
                    'has a key ' ~ key ~ '; choose among ' ~ keys | join(', ')
                ) -%}
            {%- endfor -%}
            {%- for key in ['name', 'session_name']
                if (key in entry or key == 'name') and not sessions.is_plain_name(entry[key]) -%}
                {%- do faults.append(
                    'has no good ' ~ key ~ '; write lower-case letters, digits and _, '
                    ~ 'beginning with a letter'
                ) -%}
            {%- endfor -%}
            {%- if entry.type not in types -%}
                {%- do faults.append('has no type; choose among ' ~ types | join(', ')) -%}
            {%- endif -%}
            {%- if 'from' in entry and not (entry.from is string and modules.re.fullmatch(
                '[A-Za-z_][A-Za-z0-9_]*|properties([.][A-Za-z0-9_$ -]+)+', entry.from
            )) -%}
                {%- do faults.append(
                    "has no good from; write a column's name, or a path such as "
                    ~ 'properties.experiment.variant'
                ) -%}
            {%- endif -%}
            {%- if 'in_sessions' in entry and (
                entry.in_sessions not in summaries
                or (entry.type in types
                    and entry.type not in summaries[entry.in_sessions].types)
            ) -%}
                {%- set fitting = [] -%}
                {%- for summary in summaries
                    if entry.type not in types or entry.type in summaries[summary].types -%}
                    {%- do fitting.append(summary) -%}
                {%- endfor -%}
                {%- do faults.append(
                    'has an in_sessions that does not fit; choose among '
                    ~ fitting | join(', ')
                ) -%}
            {%- endif -%}
            {%- if not faults -%}
                {%- for key, name in {
                    'name': entry.name,
                    'session_name': entry.session_name or entry.name,
                }.items() if key == 'name' or entry.in_sessions not in [none, 'none'] -%}
                    {%- if name in taken[key] -%}
                        {%- do faults.append(
                            'needs another ' ~ key ~ ': there is a column ' ~ name
                            ~ ' already'
                        ) -%}
                    {%- endif -%}
                    {%- do taken[key].append(name) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endif -%}
        {%- if faults -%}
            {{ exceptions.raise_compiler_error(
                'own_columns: ' ~ (entry.name if entry is mapping and entry.name
                    else sessions.as_typed(entry)) ~ ' ' ~ faults[0]
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- The columns that a mart has without own ones, by its yml and the contract of events, as
    a list of names; empty at parse time and in unit tests.

    model_name: a mart. -#}
{% macro columns_of_table(model_name) -%}
    {%- set columns = [] -%}
    {%- if execute and model.resource_type != 'unit_test' -%}
        {%- set node = sessions.node_of('model.sessions.' ~ model_name) -%}
        {%- do columns.extend(node.columns | list) if node -%}
        {%- if model_name == 'fct_events' -%}
            {%- do columns.extend(
                sessions.contract_columns() | map(attribute='name') | list
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The column of a source that holds an own column, in lower case.

    column: one of own_columns. -#}
{% macro source_of_own_column(column) -%}
    {{ return(
        'event_properties' if column.from.startswith('properties.') else column.from | lower
    ) }}
{%- endmacro %}


{#- These of all own columns, each once, as a list. -#}
{% macro sources_of_own_columns() -%}
    {%- set names = [] -%}
    {%- for column in sessions.own_columns() -%}
        {%- do names.append(sessions.source_of_own_column(column)) -%}
    {%- endfor -%}
    {{ return(names | unique | list) }}
{%- endmacro %}


{#- Stops the run when an own column comes from what no source has: its name is misspelled.

    relations: raw.events, and the staging models of other sources. -#}
{% macro check_sources_of_own_columns(relations) -%}
    {%- set found, unknown = [], [] -%}
    {%- for relation in (relations if sessions.own_columns() else []) -%}
        {%- set columns = sessions.columns_found(relation) -%}
        {%- do found.extend(columns) -%}
        {%- do unknown.append(relation) if not columns -%}
    {%- endfor -%}
    {%- for column in (sessions.own_columns() if not unknown else []) -%}
        {%- set name = sessions.source_of_own_column(column) -%}
        {%- if name not in found -%}
            {{ exceptions.raise_compiler_error(
                'own_columns: ' ~ column.name ~ ' comes from ' ~ name
                ~ ', which no source has; choose among '
                ~ found | unique | sort | join(', ') ~ ', or add it to raw.events'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

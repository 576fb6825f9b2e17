{#- The variable own_columns: columns of a user's events beyond the contract. -#}


{#- The types of own columns, as they are written and as the contract's data_types. -#}
{% macro own_column_types() -%}
    {{ return({
        'text': 'string',
        'integer': 'bigint',
        'number': 'decimal(28, 6)',
        'boolean': 'boolean',
        'timestamp': 'timestamp',
    }) }}
{%- endmacro %}


{#- What fct_sessions makes of the values of a session's events, each with the types that it
    takes and the data_type of its result, none for that of the column. -#}
{% macro own_column_summaries() -%}
    {%- set all = sessions.own_column_types() | list -%}
    {%- set ordered = all | reject('equalto', 'boolean') | list -%}
    {{ return({
        'none': {'types': all},
        'first': {'types': all},
        'last': {'types': all},
        'min': {'types': ordered},
        'max': {'types': ordered},
        'sum': {'types': ['integer', 'number']},
        'count_distinct': {'types': all, 'data_type': 'bigint'},
        'any': {'types': ['boolean']},
    }) }}
{%- endmacro %}


{#- The variable own_columns as columns: dictionaries with name, data_type and description as
    those of the contract, with type, from, in_sessions and session_name as they were
    written or by default. -#}
{% macro own_columns() -%}
    {%- set columns = [] -%}
    {%- for entry in sessions.setting('own_columns') -%}
        {%- do columns.append({
            'name': entry.name,
            'data_type': sessions.own_column_types()[entry.type],
            'description': entry.description or 'An own column.',
            'type': entry.type,
            'from': entry.from or entry.name,
            'in_sessions': entry.in_sessions or 'none',
            'session_name': entry.session_name or entry.name,
            'constraints': [],
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The own columns that fct_sessions has, with the name and data_type that they have
    there. -#}
{% macro own_session_columns() -%}
    {%- set columns = [] -%}
    {%- for column in sessions.own_columns() if column.in_sessions != 'none' -%}
        {%- set summary = sessions.own_column_summaries()[column.in_sessions] -%}
        {%- set data_type = summary.data_type or column.data_type -%}
        {#- The sum of many integers is longer than an integer. -#}
        {%- if column.in_sessions == 'sum' and column.type == 'integer' -%}
            {%- set data_type = 'decimal(28, 0)' -%}
        {%- endif -%}
        {%- do columns.append(dict(
            column, name=column.session_name, column=column.name, data_type=data_type
        )) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


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


{#- The value of an own column as SQL: null where it cannot be cast, and where the relation
    lacks what it comes from.

    column: one of own_columns.
    found: the columns of the relation by their lower-case names, empty if unknown. -#}
{% macro own_value(column, found) -%}
    {%- set path = column.from.split('.')[1:] -%}
    {%- set source = sessions.source_of_own_column(column) -%}
    {%- if found and source not in found -%}
        cast(null as {{ sessions.type_of(column.data_type) }})
    {%- else -%}
        {{ sessions.as_own_type(
            sessions.json_text(source, path) if path else source, column.type
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- A value as text, cast to the type of an own column. What does not fit is null: one bad
    row does not stop the build.

    value: a SQL expression of any type.
    type: one of own_column_types. -#}
{% macro as_own_type(value, type) -%}
    {%- set text = sessions.trimmed('cast(' ~ value ~ ' as ' ~ sessions.type_text() ~ ')') -%}
    {%- if type == 'integer' -%}
        cast({{ sessions.regexp_extract(
            text, '^[+]?(-?[0-9]{1,18})([.]0*)?$', 1
        ) }} as bigint)
    {%- elif type == 'number' -%}
        {#- Below a thousand billions; of a short form such as 1.5e-7 too. -#}
        coalesce(
            cast({{ sessions.regexp_extract(
                text, '^[+]?(-?([0-9]{1,15}([.][0-9]+)?|[.][0-9]+))$', 1
            ) }} as decimal(28, 6)),
            cast(cast({{ sessions.regexp_extract(
                text, '^[+]?(-?[0-9]([.][0-9]+)?[Ee]([+]?0?[0-9]|[+]?1[0-4]|-[0-9]{1,3}))$', 1
            ) }} as {{ sessions.type_double() }}) as decimal(28, 6))
        )
    {%- elif type == 'boolean' -%}
        case
            when {{ sessions.lower_ascii(text) }} in ('true', 't', 'yes', 'y', 'on', '1')
                then true
            when {{ sessions.lower_ascii(text) }} in ('false', 'f', 'no', 'n', 'off', '0')
                then false
        end
    {%- elif type == 'timestamp' -%}
        case
            when {{ sessions.regexp_like(text, sessions.timestamp_pattern()) }}
                then {{ sessions.timestamp_of_text(text) }}
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}


{#- A pattern for a timestamp in ISO 8601 from the years 1000 to 2999: a day of the calendar,
    which may be followed by a time of day, and that by Z or an offset from UTC. -#}
{% macro timestamp_pattern() -%}
    {%- set year = '[12][0-9]{3}' -%}
    {%- set leap_year =
        '([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)' -%}
    {%- set day = '(' ~ [
        year ~ '-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])',
        year ~ '-(0[469]|11)-(0[1-9]|[12][0-9]|30)',
        year ~ '-02-(0[1-9]|1[0-9]|2[0-8])',
        leap_year ~ '-02-29',
    ] | join('|') ~ ')' -%}
    {%- set time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set offset = '(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])' -%}
    {{ return('^' ~ day ~ '([T ]' ~ time ~ offset ~ '?)?$') }}
{%- endmacro %}


{#- A text that matches timestamp_pattern as a timestamp in UTC, to the microsecond; without
    an offset it is in UTC. -#}
{% macro timestamp_of_text(text) -%}
    {%- set part = '[+-]([0-9]{2}):?([0-9]{2})$' -%}
    {%- set hours, minutes = sessions.regexp_extract(text, ':.*' ~ part, 1),
        sessions.regexp_extract(text, ':.*' ~ part, 2) -%}
    {%- set offset_minutes = 'coalesce(60 * cast(' ~ hours ~ ' as ' ~ dbt.type_int()
        ~ ') + cast(' ~ minutes ~ ' as ' ~ dbt.type_int() ~ '), 0)' -%}
    {%- set is_behind = sessions.regexp_like(text, ':.*-[0-9]{2}:?[0-9]{2}$') -%}
    {{ sessions.timestamp_add(
        'minute',
        'case when ' ~ is_behind ~ ' then ' ~ offset_minutes ~ ' else -'
        ~ offset_minutes ~ ' end',
        'cast(substring(' ~ text ~ ", 1, 10) || ' ' || coalesce("
        ~ sessions.regexp_extract(text, '^.{10}[T ]([0-9]{2}:[0-9]{2})', 1) ~ ", '00:00')"
        ~ ' || coalesce('
        ~ sessions.regexp_extract(
            text, '^.{10}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)', 1
        )
        ~ ", ':00') as " ~ sessions.type_timestamp_utc() ~ ')'
    ) }}
{%- endmacro %}


{#- What fct_sessions makes of an own column, as an aggregate over the events of a session.
    Texts are compared byte by byte.

    column: one of own_session_columns. -#}
{% macro own_column_summary(column) -%}
    {%- set name, summary = column.column, column.in_sessions -%}
    {%- if summary in ['first', 'last'] -%}
        max(case when event_number = {{ name }}_event_number then {{ name }} end)
    {%- elif summary == 'count_distinct' -%}
        cast(count(distinct {{ name }}) as bigint)
    {%- elif summary == 'any' -%}
        max(case when {{ name }} then 1 when not {{ name }} then 0 end) = 1
    {%- elif column.type == 'text' -%}
        {{ summary }}({{ sessions.collate_binary(name) }})
    {%- else -%}
        cast({{ summary }}({{ name }}) as {{ sessions.type_of(column.data_type) }})
    {%- endif -%}
{%- endmacro %}

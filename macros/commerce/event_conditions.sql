{#- Conditions on a single event: what completes a goal, and what reaches a step of the
    funnel. A condition is a dictionary of events, page_path and where, as dbt_project.yml
    describes them; all that it has must hold. -#}


{#- Whether an event meets a condition; null counts as no. The relation needs event_name
    and the columns of columns_of_conditions.

    condition: see above. -#}
{% macro meets_condition(condition) -%}
    {%- set parts = [] -%}
    {%- if 'events' in condition -%}
        {%- do parts.append(sessions.matches_event_filter(condition.events)) -%}
    {%- endif -%}
    {%- if 'page_path' in condition -%}
        {%- set paths = [] -%}
        {%- for pattern in sessions.as_list(condition.page_path) -%}
            {%- do paths.append(sessions.is_like('page_path', pattern)) -%}
        {%- endfor -%}
        {%- do parts.append('(' ~ paths | join(' or ') ~ ')') -%}
    {%- endif -%}
    {%- set columns = sessions.columns_to_compare() -%}
    {%- for name, accepted in condition.get('where', {}).items() -%}
        {%- set literals = [] -%}
        {%- for one in sessions.as_list(accepted) -%}
            {%- do literals.append(sessions.literal_of(one, columns.get(name))) -%}
        {%- endfor -%}
        {%- do parts.append(name ~ ' in (' ~ literals | join(', ') ~ ')') -%}
    {%- endfor -%}
    ({{ parts | join(' and ') }})
{%- endmacro %}


{#- The columns of int_events_enriched that some conditions read, event_name aside, which
    int_events_sessionized has too. At parse time one, so that dbt collects references.

    conditions: a list of conditions, or of goals. -#}
{% macro columns_of_conditions(conditions) -%}
    {%- set columns = [] if execute else ['page_path'] -%}
    {%- for condition in conditions -%}
        {%- do columns.append('page_path') if 'page_path' in condition -%}
        {%- do columns.extend(condition.get('where', {})) -%}
        {%- do columns.append(condition.value) if 'value' in condition -%}
    {%- endfor -%}
    {{ return(columns | reject('eq', 'event_name') | unique | list) }}
{%- endmacro %}


{#- The columns of an event that where may name, by name: each with its type in the
    contract, and its kind, which says how values are written. Timestamps are left out. -#}
{% macro columns_to_compare() -%}
    {%- set columns = {} -%}
    {%- for column in sessions.event_columns() -%}
        {%- set type = column.data_type -%}
        {%- set kind = namespace(name=none) -%}
        {%- if type == 'string' -%}
            {%- set kind.name = 'text' -%}
        {%- elif type == 'boolean' -%}
            {%- set kind.name = 'boolean' -%}
        {%- elif type in ['bigint', 'integer', 'int', 'smallint'] -%}
            {%- set kind.name = 'whole number' -%}
        {%- elif type.startswith('decimal') or type.startswith('numeric') -%}
            {%- set kind.name = 'number' -%}
        {%- endif -%}
        {%- if kind.name -%}
            {%- do columns.update({column.name: {'kind': kind.name, 'type': type}}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- A value of where as a SQL literal.

    column: the column that it is compared with, one of columns_to_compare; none where the
        contract is not known, see event_columns. -#}
{% macro literal_of(value, column) -%}
    {%- if value is string -%}
        {{ return(sessions.quote_literal(value)) }}
    {%- elif column and column.kind == 'number' -%}
        {{ return(
            'cast(' ~ '%.6f' | format(value) ~ ' as ' ~ sessions.type_of(column.type) ~ ')'
        ) }}
    {%- endif -%}
    {{ return(value | string | lower) }}
{%- endmacro %}


{#- A list, or a single value as a list of one. -#}
{% macro as_list(value) -%}
    {{ return(
        value if value is sequence and value is not string and value is not mapping
        else [value]
    ) }}
{%- endmacro %}


{#- Stops the run at an invalid condition.

    place: where it is written, such as goals.sign_up.
    condition: what is written there.
    keys: those that it may have: events, page_path and where, and for a goal value. -#}
{% macro check_condition(place, condition, keys) -%}
    {%- if condition is not mapping or not condition -%}
        {%- do sessions.raise_wrong_entry(
            place, condition,
            'a dictionary of ' ~ keys | join(', ') ~ ', such as {events: [sign_up]}'
        ) -%}
    {%- endif -%}
    {%- for key in condition if key not in keys -%}
        {{ exceptions.raise_compiler_error(
            place ~ " has the key '" ~ key ~ "'; choose among " ~ keys | join(', ')
        ) }}
    {%- endfor -%}
    {%- if condition.keys() | list == ['value'] -%}
        {%- do sessions.raise_wrong_entry(
            place, condition, 'at least one of events, page_path and where as well'
        ) -%}
    {%- elif 'events' in condition
        and not (condition.events and sessions.fits(condition.events, 'event list')) -%}
        {%- do sessions.raise_wrong_entry(
            place ~ '.events', condition.events, 'a list of event names, such as [sign_up]'
        ) -%}
    {%- elif 'page_path' in condition and not (
        condition.page_path
        and sessions.fits(sessions.as_list(condition.page_path), 'event list')
        and '' not in sessions.as_list(condition.page_path)
    ) -%}
        {%- do sessions.raise_wrong_entry(
            place ~ '.page_path', condition.page_path,
            "a pattern in which % stands for any characters, such as '/contact%', or a "
            ~ "list of them"
        ) -%}
    {%- endif -%}
    {%- if 'where' in condition -%}
        {%- do sessions.check_where(place ~ '.where', condition.where) -%}
    {%- endif -%}
    {%- if 'value' in condition -%}
        {%- do sessions.check_value_column(place ~ '.value', condition.value) -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops the run at a column that where cannot name, or a value of another type.

    place: where it is written, such as goals.sign_up.where.
    where: what is written there. -#}
{% macro check_where(place, where) -%}
    {%- if where is not mapping or not where -%}
        {%- do sessions.raise_wrong_entry(
            place, where, 'a dictionary of columns, such as {country: [DE, AT]}'
        ) -%}
    {%- endif -%}
    {%- set columns = sessions.columns_to_compare() -%}
    {%- for name, accepted in where.items() if columns -%}
        {%- if name not in columns -%}
            {{ exceptions.raise_compiler_error(
                place ~ " has the column '" ~ name ~ "'; choose among "
                ~ columns | sort | join(', ')
            ) }}
        {%- endif -%}
        {%- set kind = columns[name].kind -%}
        {%- set right = {
            'text': "a text, a number in quotes",
            'boolean': "true or false",
            'whole number': "a whole number",
            'number': "a number of at most 14 digits before the point",
        }[kind] -%}
        {%- for one in sessions.as_list(accepted) -%}
            {%- if not sessions.is_of_kind(one, kind) -%}
                {%- do sessions.raise_wrong_entry(
                    place ~ '.' ~ name, accepted, right ~ ', or a list of them'
                ) -%}
            {%- endif -%}
        {%- else -%}
            {%- do sessions.raise_wrong_entry(
                place ~ '.' ~ name, accepted, right ~ ', or a list of them'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{#- Whether a value can be compared with a column of a kind; see columns_to_compare. YAML's
    true is not a number. -#}
{% macro is_of_kind(value, kind) -%}
    {%- if kind == 'text' -%}
        {{ return(value is string and value | length > 0) }}
    {%- elif kind == 'boolean' -%}
        {{ return(value is boolean) }}
    {%- elif kind == 'whole number' -%}
        {{ return(
            value is integer and value is not boolean
            and -9223372036854775807 <= value <= 9223372036854775807
        ) }}
    {%- endif -%}
    {{ return(
        value is number and value is not boolean
        and -100000000000000 < value < 100000000000000
    ) }}
{%- endmacro %}


{#- Stops the run at a value that is no column of numbers.

    place: where it is written, such as goals.sign_up.value.
    column: what is written there. -#}
{% macro check_value_column(place, column) -%}
    {%- set numbers = [] -%}
    {%- for name, found in sessions.columns_to_compare().items()
        if found.kind in ['whole number', 'number'] -%}
        {%- do numbers.append(name) -%}
    {%- endfor -%}
    {%- if column is not string or (numbers and column not in numbers) -%}
        {%- do sessions.raise_wrong_entry(
            place, column, 'a column of numbers: ' ~ numbers | sort | join(' or ')
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops the run at a part of a variable.

    place: which part, such as goals.sign_up.events.
    value: what is written there.
    right: what to write instead, in words. -#}
{% macro raise_wrong_entry(place, value, right) -%}
    {{ exceptions.raise_compiler_error(
        place ~ " is " ~ sessions.as_typed(value) ~ "; write " ~ right
    ) }}
{%- endmacro %}


{#- Whether a value can name a column, a goal or a step: lower-case letters, digits and _, and
    no more than every engine keeps of a name. -#}
{% macro is_plain_name(name) -%}
    {{ return(
        name is string and modules.re.fullmatch('[a-z][a-z0-9_]{0,62}', name) is not none
    ) }}
{%- endmacro %}

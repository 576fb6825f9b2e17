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

{#- A query for the rows of a table of raw that a shop may lack, with the columns that its yml
    lists, each cast to its type: null where a value is not of that type, and where the table
    lacks the column. Without the table it has no rows.

    name: its name in the source raw.
    required: the columns without which its rows say nothing. -#}
{% macro rows_of_optional_table(name, required) -%}
    {%- set table = source('raw', name) -%}
    {%- set is_there = sessions.is_existing_source(table) -%}
    {%- set found = sessions.columns_found(table) if is_there else [] -%}
    {%- for column in required if found and column not in found -%}
        {{ exceptions.raise_compiler_error(
            table.schema ~ '.' ~ table.identifier ~ ' has no column ' ~ column
            ~ '; add it, or drop the table'
        ) }}
    {%- endfor -%}
    select
        {%- for column in sessions.columns_of_source(name) %}
        {%- set is_null = not is_there or (found and column.name not in found) %}
        {%- set value = 'null' if is_null else column.name %}
        {%- if column.data_type == 'timestamp' %}
        {{ sessions.timestamp_or_null(value) }}
        {%- else %}
        {{ sessions.cast_or_null(value, sessions.type_of(column.data_type)) }}
        {%- endif %} as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ table if is_there else '(select 1 as number_one) as one_row where 1 = 0' }}
{%- endmacro %}


{#- The columns that the yml of a table of raw lists, as a list; empty at parse time.

    name: its name in the source raw. -#}
{% macro columns_of_source(name) -%}
    {%- set node = graph.sources.get('source.sessions.raw.' ~ name) if execute -%}
    {{ return(node.columns.values() | list if node else []) }}
{%- endmacro %}

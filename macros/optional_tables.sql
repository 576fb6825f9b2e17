{#- A query for the rows of a table of raw that a shop may lack, and of the models of that
    name that sources have, with the columns that the yml of the table lists, each cast to
    its type: null where a value is not of that type, and where a table lacks the column.
    Without any of them it has no rows.

    name: its name in the source raw: event_items, user_aliases or orders.
    required: the columns without which its rows say nothing. -#}
{% macro rows_of_optional_table(name, required) -%}
    {%- set table = source('raw', name) -%}
    {{ sessions.rows_as_contracted(
        table if sessions.is_existing_source(table) else none, name, required
    ) }}
    {%- for source in sessions.event_sources_with(name) %}

    union all

    {{ sessions.rows_as_contracted(ref('stg_' ~ source ~ '__' ~ name), name, required) }}
    {%- endfor %}
{%- endmacro %}


{#- The same for one relation.

    relation: none where it does not exist.
    name, required: see rows_of_optional_table. -#}
{% macro rows_as_contracted(relation, name, required) -%}
    {%- set found = sessions.columns_found(relation) if relation else [] -%}
    {%- for column in required if found and column not in found -%}
        {{ exceptions.raise_compiler_error(
            relation.schema ~ '.' ~ relation.identifier ~ ' has no column ' ~ column
            ~ '; add it, or drop the table'
        ) }}
    {%- endfor -%}
    select
        {%- for column in sessions.columns_of_source(name) %}
        {%- set is_null = not relation or (found and column.name not in found) %}
        {%- set value = 'null' if is_null else column.name %}
        {%- if column.data_type == 'timestamp' %}
        {{ sessions.timestamp_or_null(value) }}
        {%- else %}
        {{ sessions.cast_or_null(value, sessions.type_of(column.data_type)) }}
        {%- endif %} as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation or '(select 1 as number_one) as one_row where 1 = 0' }}
{%- endmacro %}


{#- The columns that the yml of a table of raw lists, as a list; empty at parse time.

    name: its name in the source raw. -#}
{% macro columns_of_source(name) -%}
    {%- set node = graph.sources.get('source.sessions.raw.' ~ name) if execute -%}
    {{ return(node.columns.values() | list if node else []) }}
{%- endmacro %}

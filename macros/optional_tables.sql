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


{#- A query for the rows of a table of another source that a shop may lack, with the columns
    that its yml lists, as above. Without the table it has no rows.

    name: its name in the source.
    source_name: the source, such as snowplow. -#}
{% macro rows_of_source(name, source_name) -%}
    {%- set table = source(source_name, name) -%}
    {{ sessions.rows_as_contracted(
        table if sessions.is_existing_source(table) else none, name, [], source_name
    ) }}
{%- endmacro %}


{#- The same for one relation. A column of the type json is JSON as text, whichever type the
    table gives it.

    relation: none where it does not exist.
    name, required: see rows_of_optional_table.
    source_name: the source whose yml lists the columns.
    others: names of columns beyond those, which are selected as they are. -#}
{% macro rows_as_contracted(relation, name, required, source_name='raw', others=[]) -%}
    {%- set found = sessions.types_found(relation) if relation else {} -%}
    {%- for column in required if found and column not in found -%}
        {{ exceptions.raise_compiler_error(
            relation.schema ~ '.' ~ relation.identifier ~ ' has no column ' ~ column
            ~ '; add it, or drop the table'
        ) }}
    {%- endfor -%}
    {%- set columns = sessions.columns_of_source(name, source_name) -%}
    {%- set listed = columns | map(attribute='name') | list -%}
    select
        {%- for other in others if other not in listed %}
        {{ other }},
        {%- endfor %}
        {%- for column in columns %}
        {%- set is_null = not relation or (found and column.name not in found) %}
        {%- set value = 'null' if is_null else column.name %}
        {%- if column.data_type == 'timestamp' %}
        {{ sessions.timestamp_or_null(value) }}
        {%- elif column.data_type == 'json' and not is_null %}
        {{ sessions.json_as_text(value, found.get(column.name, '')) }}
        {%- else %}
        {{ sessions.try_cast(
            value, sessions.type_of(column.data_type | replace('json', 'string'))
        ) }}
        {%- endif %} as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation or '(select 1 as number_one) as one_row where 1 = 0' }}
{%- endmacro %}


{#- The columns that the yml of a table lists, as a list; empty at parse time.

    name: its name in the source.
    source_name: the source. -#}
{% macro columns_of_source(name, source_name='raw') -%}
    {%- set node = graph.sources.get(
        'source.sessions.' ~ source_name ~ '.' ~ name
    ) if execute -%}
    {{ return(node.columns.values() | list if node else []) }}
{%- endmacro %}


{#- The first value that is not null among some columns of a relation, of those that it has;
    null where it has none of them.

    relation: a table, none where it does not exist. It is called given in the query.
    names: the columns, in the order in which they count.
    data_type: string; json, the text of a value that may be nested; or timestamp, which
        keeps every value, infinity included. -#}
{% macro first_of_columns(relation, names, data_type='string') -%}
    {%- set found = sessions.types_found(relation) if relation else {} -%}
    {%- set values = [] -%}
    {%- for name in names if relation and (not found or name | lower in found) -%}
        {%- if data_type == 'json' and found -%}
            {%- do values.append(
                sessions.json_as_text('given.' ~ name, found[name | lower])
            ) -%}
        {%- elif data_type in ['json', 'string'] -%}
            {%- do values.append(sessions.text_or_null('given.' ~ name)) -%}
        {%- else -%}
            {%- do values.append(
                sessions.try_cast('given.' ~ name, sessions.type_of(data_type))
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set data_type = 'string' if data_type == 'json' else data_type -%}
    {%- if values | length > 1 -%}
        coalesce({{ values | join(', ') }})
    {%- else -%}
        {{ values[0] if values else 'cast(null as ' ~ sessions.type_of(data_type) ~ ')' }}
    {%- endif -%}
{%- endmacro %}


{#- What a query selects from: a relation called given, or one row that it filters out.

    relation: none where it does not exist. -#}
{% macro from_given(relation) -%}
    {%- if relation -%}
        from {{ sessions.without_limit(relation) }} as given
    {%- else -%}
        from (select 1 as number_one) as given where 1 = 0
    {%- endif -%}
{%- endmacro %}

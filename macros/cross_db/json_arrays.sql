{#- A query for the elements of JSON arrays, a row each: columns of the row that holds the
    array, element_number from 1 on, and element, which is JSON text where it is an object;
    json_text reads its values. A text element keeps its quotes on most engines. Null, an
    empty array, malformed JSON, and JSON that is no array have no row, and stop no build.

        products as (
            {{ json_array_elements('orders', ['event_id', 'loaded_at'], 'products') }}
        )

    relation: a table or CTE.
    columns: columns of it that each element repeats, as a list of names.
    json: the array as text, an expression of columns of the relation. -#}
{% macro json_array_elements(relation, columns, json) -%}
    {{ return(adapter.dispatch('json_array_elements', 'sessions')(
        relation, columns | join(', '), json
    )) }}
{%- endmacro %}

{#- DuckDB raises an error for malformed JSON, and unnests a list in the selection faster
    than in a join. -#}
{% macro default__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        unnest(generate_series(1, len(elements))) as element_number,
        unnest(elements) as element
    from (
        select
            {{ columns }},
            case
                when json_valid({{ json }})
                    then cast(json_extract({{ json }}, '$[*]') as varchar[])
            end as elements
        from {{ relation }}
    ) as arrays
    where len(elements) > 0
{%- endmacro %}

{% macro postgres__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        element_number,
        cast(element as {{ sessions.type_text() }}) as element
    from {{ relation }}
    cross join
        jsonb_array_elements({{ sessions.schema_of_functions() }}.sessions_json_array(
            {{- json }}
        )) with ordinality as elements (element, element_number)
{%- endmacro %}

{#- In Redshift, a column of type super is unnested by naming it in from. -#}
{% macro redshift__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        element_position + 1 as element_number,
        json_serialize(element) as element
    from (
        select
            {{ columns }},
            case when is_array(parsed) then parsed end as elements
        from (
            select
                {{ columns }},
                case when can_json_parse({{ json }}) then json_parse({{ json }}) end as parsed
            from {{ relation }}
        ) as given
    ) as arrays, arrays.elements as element at element_position
{%- endmacro %}

{% macro spark__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        cast(element_position + 1 as bigint) as element_number,
        element
    from {{ relation }}
    lateral view
        posexplode(from_json({{ json }}, 'array<string>')) elements
        as element_position, element
{%- endmacro %}

{% macro snowflake__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        elements.index + 1 as element_number,
        to_json(elements.value) as element
    from {{ relation }},
        lateral flatten(input => try_parse_json({{ json }}), mode => 'ARRAY') as elements
{%- endmacro %}

{#- A number with more digits than a double would be an error to parse_json. -#}
{% macro bigquery__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        element_position + 1 as element_number,
        to_json_string(element) as element
    from {{ relation }}
    cross join
        unnest(json_query_array(
            safe.parse_json({{ json }}, wide_number_mode => 'round')
        )) as element with offset as element_position
{%- endmacro %}

{% macro trino__json_array_elements(relation, columns, json) -%}
    select
        {{ columns }},
        element_number,
        json_format(element) as element
    from {{ relation }}
    cross join
        unnest(try(cast(json_parse({{ json }}) as array(json))))
        with ordinality as elements (element, element_number)
{%- endmacro %}

{% macro clickhouse__json_array_elements(relation, columns, json) -%}
    {%- set elements = "JSONExtractArrayRaw(coalesce(" ~ json ~ ", ''))" -%}
    select
        {{ columns }},
        element_number,
        element
    from {{ relation }}
    array join {{ elements }} as element, arrayEnumerate({{ elements }}) as element_number
{%- endmacro %}

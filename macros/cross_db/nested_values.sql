{#- The value of one key of a GA4 event's parameters: a list of (key, value) in which the
    value has one field per type.

    parameters: the list, such as event_params.
    key: the parameter's name.
    type: string, int, float or double: which field to read. -#}
{% macro parameter_value(parameters, key, type='string') -%}
    {{ return(adapter.dispatch('parameter_value', 'sessions')(parameters, key, type)) }}
{%- endmacro %}

{% macro default__parameter_value(parameters, key, type) -%}
    (
        select parameter.value.{{ type }}_value
        from unnest({{ parameters }}) as parameter
        where parameter.key = '{{ key }}'
        limit 1
    )
{%- endmacro %}

{#- A subquery per parameter would be a join per parameter: DuckDB filters the list instead. -#}
{% macro duckdb__parameter_value(parameters, key, type) -%}
    list_filter(
        {{- parameters }}, lambda parameter: parameter.key = '{{ key }}'
    )[1].value.{{ type }}_value
{%- endmacro %}


{#- A field of the first item of a list, null for an empty list. -#}
{% macro first_item(items, field) -%}
    {{ return(adapter.dispatch('first_item', 'sessions')(items, field)) }}
{%- endmacro %}

{% macro default__first_item(items, field) -%}
    {{ items }}[1].{{ field }}
{%- endmacro %}

{% macro bigquery__first_item(items, field) -%}
    {{ items }}[safe_offset(0)].{{ field }}
{%- endmacro %}


{#- A join that gives each element of a list a row: listed.element, and
    listed.element_number from 1 on. An empty list and null give none. -#}
{% macro each_element(list) -%}
    {{ return(adapter.dispatch('each_element', 'sessions')(list)) }}
{%- endmacro %}

{% macro default__each_element(list) -%}
    cross join lateral (
        select element, element_number
        from unnest({{ list }}) with ordinality as numbered (element, element_number)
    ) as listed
{%- endmacro %}

{% macro duckdb__each_element(list) -%}
    cross join lateral (
        select
            unnest({{ list }}) as element,
            generate_subscripts({{ list }}, 1) as element_number
    ) as listed
{%- endmacro %}

{% macro bigquery__each_element(list) -%}
    cross join unnest(array(
        select as struct element, position_from_0 + 1 as element_number
        from unnest({{ list }}) as element with offset as position_from_0
    )) as listed
{%- endmacro %}


{#- The value at a path into JSON text, as text: null where the path leads nowhere, and
    where the text is not JSON.

    json: a SQL expression.
    path: the names from the outside to the inside, as a list. -#}
{% macro json_text(json, path) -%}
    {{ return(adapter.dispatch('json_text', 'sessions')(json, path)) }}
{%- endmacro %}

{% macro default__json_text(json, path) -%}
    json_extract_scalar({{ json }}, '$."{{ path | join('"."') }}"')
{%- endmacro %}

{#- DuckDB raises an error for malformed JSON. -#}
{% macro duckdb__json_text(json, path) -%}
    case
        when json_valid({{ json }})
            then json_extract_string({{ json }}, '$."{{ path | join('"."') }}"')
    end
{%- endmacro %}

{#- So does PostgreSQL, and before version 16 nothing tells it beforehand. -#}
{% macro postgres__json_text(json, path) -%}
    {{ sessions.schema_of_functions() }}.sessions_json_text(
        {{- json }}, array['{{ path | join("', '") }}']
    )
{%- endmacro %}

{% macro redshift__json_text(json, path) -%}
    nullif(json_extract_path_text({{ json }}, '{{ path | join("', '") }}', true), '')
{%- endmacro %}

{% macro spark__json_text(json, path) -%}
    get_json_object({{ json }}, "$['{{ path | join("']['") }}']")
{%- endmacro %}

{% macro snowflake__json_text(json, path) -%}
    cast(
        get_path(try_parse_json({{ json }}), '["{{ path | join('"]["') }}"]') as varchar
    )
{%- endmacro %}

{% macro bigquery__json_text(json, path) -%}
    json_value({{ json }}, '$."{{ path | join('"."') }}"')
{%- endmacro %}

{% macro clickhouse__json_text(json, path) -%}
    nullif(JSON_VALUE({{ json }}, '$."{{ path | join('"."') }}"'), '')
{%- endmacro %}


{#- Whether a text that is not null can be read as JSON.

    text: a SQL expression. -#}
{% macro is_json(text) -%}
    {{ return(adapter.dispatch('is_json', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__is_json(text) -%}
    (try(json_parse({{ text }})) is not null)
{%- endmacro %}

{% macro duckdb__is_json(text) -%}
    json_valid({{ text }})
{%- endmacro %}

{#- The word null is JSON, and its value is null. -#}
{% macro postgres__is_json(text) -%}
    (
        {{ sessions.schema_of_functions() }}.sessions_json_text(
            {{ text }}, cast(array[] as text[])
        ) is not null
        or {{ text }} = 'null'
    )
{%- endmacro %}

{% macro redshift__is_json(text) -%}
    can_json_parse({{ text }})
{%- endmacro %}

{% macro spark__is_json(text) -%}
    (get_json_object({{ text }}, '$') is not null)
{%- endmacro %}

{% macro snowflake__is_json(text) -%}
    (try_parse_json({{ text }}) is not null)
{%- endmacro %}

{% macro bigquery__is_json(text) -%}
    (safe.parse_json({{ text }}) is not null)
{%- endmacro %}

{% macro clickhouse__is_json(text) -%}
    (isValidJSON({{ text }}) = 1)
{%- endmacro %}


{#- A nested value as text, so that two of them can be compared. -#}
{% macro nested_as_text(value) -%}
    {{ return(adapter.dispatch('nested_as_text', 'sessions')(value)) }}
{%- endmacro %}

{% macro default__nested_as_text(value) -%}
    cast({{ value }} as {{ sessions.type_text() }})
{%- endmacro %}

{% macro bigquery__nested_as_text(value) -%}
    to_json_string({{ value }})
{%- endmacro %}

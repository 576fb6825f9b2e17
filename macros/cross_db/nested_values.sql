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
    path: the names from the outside to the inside, as a list; a number is a place in an
        array, from 0 on. -#}
{% macro json_text(json, path) -%}
    {{ return(adapter.dispatch('json_text', 'sessions')(json, path)) }}
{%- endmacro %}

{% macro default__json_text(json, path) -%}
    json_extract_scalar({{ json }}, '{{ sessions.json_path(path) }}')
{%- endmacro %}

{#- DuckDB raises an error for malformed JSON. -#}
{% macro duckdb__json_text(json, path) -%}
    case
        when json_valid({{ json }})
            then json_extract_string({{ json }}, '{{ sessions.json_path(path) }}')
    end
{%- endmacro %}

{#- So does PostgreSQL, and before version 16 nothing tells it beforehand. -#}
{% macro postgres__json_text(json, path) -%}
    {{ sessions.schema_of_functions() }}.sessions_json_text(
        {{- json }}, array['{{ path | join("', '") }}']
    )
{%- endmacro %}

{% macro redshift__json_text(json, path) -%}
    {%- set ns = namespace(value=json) -%}
    {%- for part in path -%}
        {%- if part is number -%}
            {%- set ns.value =
                'json_extract_array_element_text(' ~ ns.value ~ ', ' ~ part ~ ', true)' -%}
        {%- else -%}
            {%- set ns.value =
                'json_extract_path_text(' ~ ns.value ~ ", '" ~ part ~ "', true)" -%}
        {%- endif -%}
    {%- endfor -%}
    nullif({{ ns.value }}, '')
{%- endmacro %}

{% macro spark__json_text(json, path) -%}
    get_json_object({{ json }}, "{{ sessions.json_path(path, "['", "']") }}")
{%- endmacro %}

{% macro snowflake__json_text(json, path) -%}
    cast(
        get_path(
            try_parse_json({{ json }}), '{{ sessions.json_path(path, '["', '"]', '') }}'
        ) as varchar
    )
{%- endmacro %}

{% macro bigquery__json_text(json, path) -%}
    json_value({{ json }}, '{{ sessions.json_path(path) }}')
{%- endmacro %}

{% macro clickhouse__json_text(json, path) -%}
    nullif(JSON_VALUE({{ json }}, '{{ sessions.json_path(path) }}'), '')
{%- endmacro %}


{#- A path into JSON as engines write it, such as $."product"[0]."price".

    path: see json_text.
    before, after: what encloses a name.
    root: what the path begins with. -#}
{% macro json_path(path, before='."', after='"', root='$') -%}
    {{ root }}
    {%- for part in path -%}
        {{ '[' ~ part ~ ']' if part is number else before ~ part ~ after }}
    {%- endfor -%}
{%- endmacro %}


{#- A column of JSON as text, whichever type it has: text, JSON, or nested.

    value: a SQL expression.
    type: its type as the engine names it; empty where that is unknown, which counts as
        nested. -#}
{% macro json_as_text(value, type) -%}
    {%- set name = type | lower | replace('nullable(', '') -%}
    {%- set texts = ['text', 'string', 'varchar', 'char', 'character', 'character varying'] -%}
    {%- if name.split('(')[0].split(')')[0] in texts -%}
        {{ sessions.text_or_null(value) }}
    {%- else -%}
        {{ sessions.nested_as_json(value) }}
    {%- endif -%}
{%- endmacro %}


{#- A value of a nested type, or of a JSON type, as JSON text. -#}
{% macro nested_as_json(value) -%}
    {{ return(adapter.dispatch('nested_as_json', 'sessions')(value)) }}
{%- endmacro %}

{% macro default__nested_as_json(value) -%}
    cast(to_json({{ value }}) as {{ sessions.type_text() }})
{%- endmacro %}

{#- Its tables have no other nested columns than those of JSON. -#}
{% macro postgres__nested_as_json(value) -%}
    cast({{ value }} as {{ sessions.type_text() }})
{%- endmacro %}

{% macro redshift__nested_as_json(value) -%}
    json_serialize({{ value }})
{%- endmacro %}

{% macro snowflake__nested_as_json(value) -%}
    to_json(to_variant({{ value }}))
{%- endmacro %}

{% macro bigquery__nested_as_json(value) -%}
    to_json_string({{ value }})
{%- endmacro %}

{% macro trino__nested_as_json(value) -%}
    json_format(cast({{ value }} as json))
{%- endmacro %}

{% macro clickhouse__nested_as_json(value) -%}
    toJSONString({{ value }})
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

{#- Text, compared and folded the same way on every engine. -#}


{#- Text, or null where it is empty: no tracker means an empty string to say anything. -#}
{% macro text_or_null(column) -%}
    nullif(cast({{ column }} as {{ dbt.type_string() }}), '')
{%- endmacro %}


{#- A value as another type, null where it cannot be one: one bad row stops no build. -#}
{% macro cast_or_null(value, type) -%}
    {{ return(adapter.dispatch('cast_or_null', 'sessions')(value, type)) }}
{%- endmacro %}

{% macro default__cast_or_null(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro postgres__cast_or_null(value, type) -%}
    cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro bigquery__cast_or_null(value, type) -%}
    safe_cast({{ value }} as {{ type }})
{%- endmacro %}


{#- A whole number of 64 bits; null where it is none. -#}
{% macro whole_number(column) -%}
    {{ sessions.cast_or_null(column, dbt.type_bigint()) }}
{%- endmacro %}


{#- An amount of money with its cents; null where it is none. -#}
{% macro amount(column) -%}
    {{ sessions.cast_or_null(column, 'decimal(18, 2)') }}
{%- endmacro %}


{#- A text of the settings as it stands in SQL, quoted. -#}
{% macro text_literal(text) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(text)) }}
{%- endmacro %}


{#- Lower case for A to Z only. Engines fold other letters each in their own way, and a
    source must not differ between them. -#}
{% macro lower_ascii(text) -%}
    {{ return(adapter.dispatch('lower_ascii', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__lower_ascii(text) -%}
    translate(
        {{- text }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}

{#- DuckDB translates slowly and lowers fast. A text of as many bytes as letters is ASCII,
    and lower does the same to it. -#}
{% macro duckdb__lower_ascii(text) -%}
    case
        when strlen({{ text }}) = length({{ text }}) then lower({{ text }})
        else {{ sessions.default__lower_ascii(text) }}
    end
{%- endmacro %}


{#- A text to order by, byte by byte, whatever the collation of the database. -#}
{% macro byte_order(text) -%}
    {{ return(adapter.dispatch('byte_order', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__byte_order(text) -%}
    {{ text }}
{%- endmacro %}

{% macro postgres__byte_order(text) -%}
    {{ text }} collate "C"
{%- endmacro %}


{#- The part of a text that a group of a regular expression matches, null for none. Use
    only what RE2, Java and PostgreSQL share: no \b, look-around, lazy or inline flags. -#}
{% macro matched_group(text, pattern, group) -%}
    {{ return(adapter.dispatch('matched_group', 'sessions')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__matched_group(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}


{#- Whether a regular expression matches anywhere in a text. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'sessions')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}


{#- A value of a URL's query, decoded: + is a space, %20 is a space. A value with a
    malformed escape, with bytes that are no UTF-8 or with %00 stays as it is, whole. -#}
{% macro percent_decoded(text) -%}
    {{ return(adapter.dispatch('percent_decoded', 'sessions')(text)) }}
{%- endmacro %}

{#- DuckDB's url_decode lets a malformed escape through and fails on bytes that are no
    UTF-8: the first is looked for, the second caught. -#}
{% macro default__percent_decoded(text) -%}
    case
        when not {{ sessions.matches(text, '[%+]') }} then {{ text }}
        when
            {{ sessions.matches(text, '%00') }}
            or regexp_replace({{ text }}, '%[0-9A-Fa-f][0-9A-Fa-f]', '', 'g') like '%\%%'
                escape '\'
            then {{ text }}
        else coalesce(try(url_decode(replace({{ text }}, '+', ' '))), {{ text }})
    end
{%- endmacro %}


{#- The contents of an order by that compares columns as text, byte by byte, one after the
    other; a null is an empty text.

    relation: the name in front of each column. -#}
{% macro text_order(relation, columns) -%}
    {%- for column in columns -%}
        {{ sessions.byte_order(
            "coalesce(cast(" ~ relation ~ '.' ~ column ~ ' as ' ~ dbt.type_string() ~ "), '')"
        ) }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

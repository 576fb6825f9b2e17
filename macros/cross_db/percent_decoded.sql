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

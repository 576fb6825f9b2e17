{#- The parts of absolute URLs that sessions need, by regular expressions that mean the same
    on every engine. -#}


{#- The host of an absolute URL in lower case, without user, port and trailing dot; null
    without one. -#}
{% macro url_host(url) -%}
    {{ sessions.lower_ascii(sessions.regexp_extract(
        url, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*@)?(\\[[0-9A-Fa-f:.]*\\]|[^/?#:@]*[^/?#:@.])', 2
    )) }}
{%- endmacro %}


{#- The path of an absolute URL, unchanged; / where it is empty. -#}
{% macro url_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce({{ sessions.regexp_extract(
                url, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*(/[^?#]*)', 1
            ) }}, '/')
    end
{%- endmacro %}


{#- The parameters of a URL: its query, and what stands behind # if that holds parameters too,
    as the routes of single-page apps do. Tags are often written oddly: &amp; and a second ?
    separate parameters as & does. But what follows ? or # in the value of a parameter that
    is an address itself belongs to that address. Null without parameters: few URLs have
    any, and null is fast to search. -#}
{% macro url_query(url) -%}
    {%- set query = sessions.regexp_extract(url, '^[^?#]*[?#](.*)$', 1) -%}
    {%- set own = sessions.regexp_remove(query, '=[^&?#]*://[^&?#]*[?#][^&]*') -%}
    case
        when {{ url }} like '%?%?%' or {{ url }} like '%#%=%' or {{ url }} like '%?%&amp;%'
            then replace(replace(replace({{ own }}, '&amp;', '&'), '?', '&'), '#', '&')
        when {{ url }} like '%?%'
            then {{ sessions.regexp_extract(url, '^[^?#]*[?]([^#]*)', 1) }}
    end
{%- endmacro %}


{#- The raw value of a query parameter, whose key may be in any case. The last occurrence
    counts, and an empty value is null.

    query: a SQL expression, see url_query.
    key: the parameter's name in lower case. -#}
{% macro raw_query_parameter(query, key) -%}
    {{ sessions.regexp_extract(
        query, '^([^#]*&)?' ~ sessions.case_insensitive_pattern(key) ~ '=([^&#]*)', 2
    ) }}
{%- endmacro %}


{#- The decoded value of a query parameter; see raw_query_parameter. -#}
{% macro query_parameter(query, key) -%}
    {{ sessions.percent_decoded(sessions.raw_query_parameter(query, key)) }}
{%- endmacro %}


{#- The decoded value of a tag, whose name begins with utm_; Matomo writes mtm_ or pk_ too.

    query: a SQL expression, see url_query.
    field: source, medium, campaign, term or content. -#}
{% macro tag_value(query, field) -%}
    coalesce(
        {{ sessions.query_parameter(query, 'utm_' ~ field) }},
        case
            when {{ dbt.position("'mtm_'", query) }} > 0 or {{ dbt.position("'pk_'", query) }} > 0
                then coalesce(
                    {{ sessions.query_parameter(query, 'mtm_' ~ field) }},
                    {{ sessions.query_parameter(query, 'pk_' ~ field) }}
                )
        end
    )
{%- endmacro %}


{#- A pattern for a word in any case: g becomes [Gg]. Inline flags differ between engines. -#}
{% macro case_insensitive_pattern(word) -%}
    {%- for letter in word -%}
        {{ '[' ~ letter | upper ~ letter ~ ']' if letter.isalpha() else letter }}
    {%- endfor -%}
{%- endmacro %}


{#- The last two labels of a host, or its only one: a host shares them with every domain
    above it. Hosts are joined by them before they are compared in full. -#}
{% macro domain_ending(host) -%}
    coalesce({{ sessions.regexp_extract(host, '([^.]+[.][^.]+)$', 1) }}, {{ host }})
{%- endmacro %}

{#- The parts of absolute URLs that sessions need, by regular expressions that every engine
    reads alike. -#}


{#- The host of an absolute URL in lower case, without user, port, and closing dot; null
    where there is none. -#}
{% macro url_host(url) -%}
    {{ sessions.lower_ascii(sessions.regexp_extract(
        url, '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*@)?(\\[[0-9A-Fa-f:.]*\\]|[^/?#:@]*[^/?#:@.])', 2
    )) }}
{%- endmacro %}


{#- The path of an absolute URL as it stands, / where it is empty. -#}
{% macro url_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce({{ sessions.regexp_extract(
                url, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*(/[^?#]*)', 1
            ) }}, '/')
    end
{%- endmacro %}


{#- The query of a URL, null where it has none; what stands behind # is not the query. Few
    URLs have one, and null is quick to search. -#}
{% macro url_query(url) -%}
    case
        when {{ url }} like '%?%'
            then {{ sessions.regexp_extract(url, '^[^?#]*[?]([^#]*)', 1) }}
    end
{%- endmacro %}


{#- The value of a parameter of a query as it stands; its key in any case. Of several the
    last counts, and an empty value is none.

    query: a SQL expression, see url_query.
    key: the parameter's name in lower case. -#}
{% macro raw_query_parameter(query, key) -%}
    {{ sessions.regexp_extract(
        query, '^([^#]*&)?' ~ sessions.case_insensitive_pattern(key) ~ '=([^&#]*)', 2
    ) }}
{%- endmacro %}


{#- The value of a parameter of a query, decoded; see raw_query_parameter. -#}
{% macro query_parameter(query, key) -%}
    {{ sessions.percent_decoded(sessions.raw_query_parameter(query, key)) }}
{%- endmacro %}


{#- A pattern for a word in any case: g becomes [Gg]. Inline flags differ by engine. -#}
{% macro case_insensitive_pattern(word) -%}
    {%- for letter in word -%}
        {{ '[' ~ letter | upper ~ letter ~ ']' if letter.isalpha() else letter }}
    {%- endfor -%}
{%- endmacro %}


{#- The last two labels of a host, or the one that it has: what a host and any domain it
    lies in share. Hosts are matched by it before they are compared in full. -#}
{% macro domain_ending(host) -%}
    coalesce({{ sessions.regexp_extract(host, '([^.]+[.][^.]+)$', 1) }}, {{ host }})
{%- endmacro %}

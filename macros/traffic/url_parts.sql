{#- The parts of absolute URLs that sessions need, by regular expressions that mean the same
    on every engine. -#}


{#- The host of a URL in lower case, without user, port and trailing dot; null without one.
    Only web pages and apps have hosts: a browser's extension, a file or the shell of an app
    is no place that a visit comes from. Without a scheme, as some trackers store
    referrers, a host is recognized by its dot. -#}
{% macro url_host(url) -%}
    {%- set scheme = '([Hh][Tt][Tt][Pp][Ss]?|android-app|ios-app)://' -%}
    {%- set label = '[A-Za-z0-9_-]+' -%}
    {%- set host = sessions.regexp_extract(
        url,
        '^' ~ scheme ~ '([^/?#]*@)?(\\[[0-9A-Fa-f:.]*\\]|[^/?#:@]*[^/?#:@.])',
        3
    ) -%}
    {%- set bare_host = sessions.regexp_extract(
        url, '^(//)?((' ~ label ~ '[.])+' ~ label ~ ')[.]?(:[0-9]+)?([/?#]|$)', 2
    ) -%}
    {#- Not coalesce: an engine may evaluate its second argument for all rows. -#}
    {{ sessions.lower_ascii(
        'case when ' ~ host ~ ' is not null then ' ~ host ~ ' else ' ~ bare_host ~ ' end'
    ) }}
{%- endmacro %}


{#- The path of a URL, unchanged; / where a URL with a host has none. A page address may
    also be a path alone, or lack its scheme. -#}
{% macro url_path(url) -%}
    {%- set scheme = '([A-Za-z][A-Za-z0-9+.-]*:)?' -%}
    coalesce(
        {{ sessions.regexp_extract(
            url, '^' ~ scheme ~ '//[^/?#]*(/[^?#]*)', 2
        ) }},
        case
            when {{ sessions.regexp_like(url, '^' ~ scheme ~ '//') }} then '/'
            else {{ sessions.regexp_extract(url, '^[^/?#:@]*(:[0-9]+)?(/[^?#]*)', 2) }}
        end
    )
{%- endmacro %}


{#- The host whose page a proxy shows: Google's AMP cache and translator serve a page of
    www.example.org from www-example-org.cdn.ampproject.org, with -- for a dash. Any other
    host is its own. -#}
{% macro proxied_host(host) -%}
    {%- set label = sessions.regexp_extract(
        host, '^([^.]+)[.](cdn[.]ampproject[.]org|translate[.]goog)$', 1
    ) -%}
    coalesce(
        replace(replace(replace({{ label }}, '--', '/'), '-', '.'), '/', '-'), {{ host }}
    )
{%- endmacro %}


{#- The parameters of a URL: its query, and what stands behind # if that holds parameters too,
    as the routes of single-page apps do. Tags are often written oddly: &amp; and a second ?
    separate parameters as & does. But what follows ? or # in the value of a parameter that
    is an address itself belongs to that address. Null without parameters: few URLs have
    any, and null is fast to search. Some mailers escape the underscore of a tag's name. -#}
{% macro url_query(url) -%}
    {%- set query = sessions.regexp_extract(url, '^[^?#]*[?#](.*)$', 1) -%}
    {%- set own = sessions.regexp_remove(query, '=[^&?#]*://[^&?#]*[?#][^&]*') -%}
    {%- set ns = namespace(parameters=own) -%}
    {%- for written, meant in [
        ('&amp;', '&'), ('?', '&'), ('#', '&'), ('%5F', '_'), ('%5f', '_')
    ] -%}
        {%- set ns.parameters = 'replace(' ~ ns.parameters ~ ", '" ~ written ~ "', '"
            ~ meant ~ "')" -%}
    {%- endfor -%}
    case
        when
            {{ url }} like '%?%?%'
            or {{ url }} like '%#%=%'
            or {{ url }} like '%?%&amp;%'
            or {{ dbt.position("'utm%5'", url) }} > 0
            then {{ ns.parameters }}
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

{#- Whether one source_place of an event names a traffic source: it fills any field, and its
    source is neither (direct) nor an own domain, that of the event's page included.

    place: traffic for the columns of the event, utm for the tags of its page; its source is
        looked up in the relation traffic_sources or utm_sources. -#}
{% macro names_a_source(place) -%}
    {%- set prefix = 'events.' ~ place ~ '_' -%}
    coalesce(
        {%- for field in ['source', 'medium', 'campaign', 'term', 'content'] -%}
            {{ prefix }}{{ field }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ) is not null
    and not {{ sessions.is_direct(prefix ~ 'source', prefix ~ 'medium') }}
    and not coalesce({{ place }}_sources.is_own_domain, false)
    and not {{ sessions.is_host_within_domain(
        sessions.lower_ascii(prefix ~ 'source'), 'events.page_domain'
    ) }}
{%- endmacro %}


{#- Whether source and medium say that there is no source: (direct) with the medium (none),
    (not set) or null. -#}
{% macro is_direct(source, medium) -%}
    (
        coalesce({{ sessions.lower_ascii(source) }}, '') = '(direct)'
        and coalesce({{ sessions.lower_ascii(medium) }}, '(none)') in ('(none)', '(not set)')
    )
{%- endmacro %}


{#- Whether a host is a domain or a subdomain of it, ignoring case and www.; false where
    either is null. -#}
{% macro is_within_domain(host, domain) -%}
    {{ sessions.is_host_within_domain(
        sessions.without_www(sessions.lower_ascii(host)),
        sessions.without_www(sessions.lower_ascii(domain))
    ) }}
{%- endmacro %}


{#- Whether a host is a domain or a subdomain of it. Both are in lower case and compared as
    they are; false where either is null. -#}
{% macro is_host_within_domain(host, domain) -%}
    coalesce(
        {{ host }} = {{ domain }}
        or {{ dbt.right(host, 'length(' ~ domain ~ ') + 1') }} = '.' || {{ domain }},
        false
    )
{%- endmacro %}


{#- A host without www., which makes no difference. At least two labels must remain:
    www.example is a host of its own. -#}
{% macro without_www(host) -%}
    case
        when {{ host }} like 'www.%.%' then substring({{ host }}, 5)
        else {{ host }}
    end
{%- endmacro %}

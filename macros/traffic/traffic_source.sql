{#- Whether one source_place of an event names a traffic source: it fills any field, and its
    source is neither a word for direct nor an own domain, that of the event's page
    included. An own domain with another medium than referral is a tag that somebody set,
    such as that of an own newsletter.

    place: traffic for the columns of the event, utm for the tags of its page; its source is
        looked up in the relation traffic_sources or utm_sources. -#}
{% macro names_a_source(place) -%}
    {%- set prefix = 'events.' ~ place ~ '_' -%}
    coalesce(
        {{ sessions.known_source(place) }},
        {%- for field in ['medium', 'campaign', 'term', 'content'] -%}
            {{ prefix }}{{ field }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    ) is not null
    and not coalesce({{ place }}_sources.is_direct, false)
    and (
        coalesce({{ sessions.lower_ascii(prefix ~ 'medium') }}, 'referral') != 'referral'
        or (
            not coalesce({{ place }}_sources.is_own_domain, false)
            and not {{ sessions.is_host_within_domain(
                sessions.lower_ascii(prefix ~ 'source'), 'events.page_domain'
            ) }}
        )
    )
{%- endmacro %}


{#- The source that a place of an event names; null where it is a word for none.

    place: see names_a_source. -#}
{% macro known_source(place) -%}
    case
        when not coalesce({{ place }}_sources.is_placeholder, false)
            then events.{{ place }}_source
    end
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

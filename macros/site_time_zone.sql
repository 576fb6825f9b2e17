{#- The time zone of a site: its own, or the reporting time zone if the seed lists none.

    sites: the relation of stg_seeds__sites, left-joined, because a site may be missing. -#}
{% macro site_time_zone(sites) -%}
    coalesce(
        {{- sites }}.time_zone, {{ sessions.quote_literal(
            sessions.setting('reporting_time_zone')
        ) -}}
    )
{%- endmacro %}

{#- The time zone of a site: its own, or the reporting one where the seed has none.

    sites: the relation of int_lookup_sites, joined so that a site may be missing. -#}
{% macro site_time_zone(sites) -%}
    coalesce({{ sites }}.time_zone, {{ sessions.quote_literal(var('reporting_time_zone')) }})
{%- endmacro %}

{#- A field of a session's or event's traffic source as channel rules compare it: in ASCII lower
    case, (direct) and (none) where there is no source, empty where the source leaves it out.

    field: source, medium or campaign. -#}
{% macro channel_name(field) -%}
    {%- set without_source = {'source': '(direct)', 'medium': '(none)', 'campaign': ''}[field] -%}
    coalesce(
        {{ sessions.lower_ascii('traffic_' ~ field) }},
        case when source_place is null then '{{ without_source }}' else '' end
    )
{%- endmacro %}

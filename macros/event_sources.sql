{#- The sources that feed the build, as a list.

    names: the variable event_sources, names separated by spaces. -#}
{% macro event_sources(names) -%}
    {{ return(names.split() | unique | list) }}
{%- endmacro %}


{#- Those of them that have a model besides their events, as a list.

    name: event_items or user_aliases. -#}
{% macro event_sources_with(name) -%}
    {%- set models = sessions.setting('source_models') -%}
    {%- set found = [] -%}
    {%- for source in sessions.event_sources(sessions.setting('event_sources'))
        if name in models.get(source, []) -%}
        {%- do found.append(source) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The sources that feed the build, as a list.

    names: the variable event_sources, names separated by spaces. -#}
{% macro event_sources(names) -%}
    {{ return(names.split() | unique | list) }}
{%- endmacro %}

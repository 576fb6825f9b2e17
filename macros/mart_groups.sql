{#- The groups of marts that can be left out, each a folder under models/marts. -#}
{% macro groups_of_marts() -%}
    {{ return(['pages', 'products', 'marketing', 'quality']) }}
{%- endmacro %}


{#- Whether a group of marts is built. Models, laws and analyses that need it are enabled
    by this.

    group: one of groups_of_marts. -#}
{% macro has_marts(group) -%}
    {{ return(group in sessions.setting('mart_groups')) }}
{%- endmacro %}

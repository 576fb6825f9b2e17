{#- A name as names are compared: without case, blanks, _ and -.

    name: a SQL expression. -#}
{% macro normalized_name(name) -%}
    replace(replace(replace({{ sessions.lower_ascii(name) }}, ' ', ''), '_', ''), '-', '')
{%- endmacro %}

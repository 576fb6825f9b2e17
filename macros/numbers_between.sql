{#- A query for whole numbers, a row each.

    first, last: the bounds, both included.
    name: the column. -#}
{% macro numbers_between(first, last, name) -%}
    {%- set numbers = [] -%}
    {%- for number in range(first, last + 1) -%}
        {%- do numbers.append('select ' ~ number ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ numbers | join('\nunion all\n') }}
{%- endmacro %}

{#- The first day of the report, of the variable report_from that scripts/report passes;
    without it the report starts with the first day of the data. -#}
{% macro report_from() -%}
    cast('{{ var('report_from', '1970-01-01') }}' as date)
{%- endmacro %}

{#- How far down a page an event says that the visitor scrolled: the own column
    scroll_percent, if there is one of numbers, else null. -#}
{% macro scroll_percent() -%}
    {%- set type = sessions.type_of('decimal(28, 6)') -%}
    {%- for column in sessions.own_columns()
        if column.name == 'scroll_percent' and column.type in ['integer', 'number'] -%}
        {{ return('cast(scroll_percent as ' ~ type ~ ')') }}
    {%- endfor -%}
    {{ return('cast(null as ' ~ type ~ ')') }}
{%- endmacro %}

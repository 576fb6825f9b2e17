{#- The value on the nearest earlier row of a timeline that has one, null for none.

    value: a SQL expression, null on the rows to look past.
    timeline: partition by ... order by ..., the contents of an over clause. -#}
{% macro last_known_before(value, timeline) -%}
    last_value({{ value }} ignore nulls) over (
        {{ timeline }} rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}


{#- The same, looking from the end of the timeline: the last value that any row has. -#}
{% macro last_known(value, timeline) -%}
    last_value({{ value }} ignore nulls) over (
        {{ timeline }} rows between unbounded preceding and unbounded following
    )
{%- endmacro %}


{#- The same, the row itself included. -#}
{% macro last_known_so_far(value, timeline) -%}
    last_value({{ value }} ignore nulls) over (
        {{ timeline }} rows between unbounded preceding and current row
    )
{%- endmacro %}

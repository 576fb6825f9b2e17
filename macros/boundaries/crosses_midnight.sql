{#- A visit that runs past midnight on the site's own clock counts again on the new day.
    Midnight itself belongs to the new day. The days may differ either way: where clocks
    are set back over midnight, the second 23:30 is another day than the first 00:00. -#}
{% macro crosses_midnight(rules) -%}
    {%- if rules.calendar == 'day' -%}
        local_day != previous_local_day
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

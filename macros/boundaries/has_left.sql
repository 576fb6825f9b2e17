{#- The visitor has left explicitly (a closed tab, a logout): the next event, however soon,
    starts a new session of the same visit. -#}
{% macro has_left(rules) -%}
    {%- if rules.ending_events -%}
        previous_event_ended
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

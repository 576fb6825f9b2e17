{#- The visitor said that it leaves (a closed tab, a logout): whatever comes next, however
    soon, is a new session of the same visit. -#}
{% macro has_left(rules) -%}
    {%- if rules.ending_events -%}
        previous_event_ended
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}

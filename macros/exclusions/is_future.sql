{#- An event that happened later than it was delivered was stamped by a wrong clock. Small
    differences between clocks are let pass: exactly the tolerance is not future.

    tolerance_minutes: how much later is let pass.
    relation: what stands in front of each column, such as `events.`. -#}
{% macro is_future(tolerance_minutes, relation='') -%}
    {{ relation }}event_at
    > {{ sessions.timestamp_add('minute', tolerance_minutes, relation ~ 'loaded_at') }}
{%- endmacro %}

{#- An event later than its own delivery was stamped by a wrong clock. Small differences
    between clocks are tolerated: exactly the tolerance is not future.

    tolerance_minutes: how much later is tolerated.
    relation: prefix of each column, such as `events.`. -#}
{% macro is_future(tolerance_minutes, relation='') -%}
    {{ relation }}event_at
    > {{ sessions.timestamp_add('minute', tolerance_minutes, relation ~ 'loaded_at') }}
{%- endmacro %}

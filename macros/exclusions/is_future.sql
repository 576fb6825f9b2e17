{#- An event that happened later than it was delivered was stamped by a wrong clock. Small
    differences between clocks are let pass: exactly the tolerance is not future.

    tolerance_minutes: how much later is let pass. -#}
{% macro is_future(tolerance_minutes) -%}
    event_at > {{ dbt.dateadd('minute', tolerance_minutes, 'loaded_at') }}
{%- endmacro %}

{#- A visitor silent for longer than the timeout has left; the next event is a new visit.
    Moments are compared, to the microsecond: a silence of exactly the timeout is not
    longer, so it does not split.

    rules: the rule set.
    event_at, last_activity_at: the moments at both ends of the silence. -#}
{% macro exceeds_timeout(rules, event_at='event_at', last_activity_at='last_activity_at') -%}
    {%- if rules.timeout_seconds is none -%}
        false
    {%- else -%}
        {{ event_at }} > {{ dbt.dateadd('second', rules.timeout_seconds, last_activity_at) }}
    {%- endif -%}
{%- endmacro %}

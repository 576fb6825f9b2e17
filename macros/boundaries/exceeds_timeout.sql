{#- A visitor silent for longer than the timeout has left; the next event is a new visit.
    Moments are compared, to the microsecond: a silence of exactly the timeout is not
    longer, so it does not split.

    rules: the rule set.
    event_at, last_activity_at: the moments at both ends of the silence. -#}
{% macro exceeds_timeout(rules, event_at='event_at', last_activity_at='last_activity_at') -%}
    {%- if rules.timeout_seconds is none -%}
        false
    {%- else -%}
        ({{ event_at }} > {{ dbt.dateadd('second', rules.timeout_seconds, last_activity_at) }})
    {%- endif -%}
{%- endmacro %}


{#- Time cut into stretches as long as the timeout, counted from 1970: two moments between
    which there is no timeout lie in one stretch or in neighbours.

    rules: the rule set.
    timestamp: the moment. -#}
{% macro timeout_stretch(rules, timestamp) -%}
    {%- if rules.timeout_seconds is none -%}
        0
    {%- else -%}
        {{ sessions.stretch_of_time(timestamp, rules.timeout_seconds) }}
    {%- endif -%}
{%- endmacro %}


{#- Whether nothing that came before can matter to the event: the silence before it is
    longer than the timeout, whatever events lie on both sides. An island is what follows
    until the next such silence. -#}
{% macro begins_island(rules) -%}
    (
        previous_event_at is null
        or {{ sessions.exceeds_timeout(rules, 'event_at', 'previous_event_at') }}
    )
{%- endmacro %}

{#- Whether a session holds more events a minute than people make: a hint at a robot that
    calls itself a browser, or at a tracker that fires too often. Anything below a minute
    counts as one, so that three clicks in a second are nobody's robot.

    events_per_minute: exactly as many on average are not suspicious. -#}
{% macro is_suspicious(events_per_minute) -%}
    {%- set seconds = sessions.seconds_between('session_started_at', 'session_ended_at') -%}
    (
        event_count > {{ events_per_minute }}
        and event_count * 60 > {{ events_per_minute }} * {{ seconds }}
    )
{%- endmacro %}

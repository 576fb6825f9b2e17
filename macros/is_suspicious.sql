{#- Whether a session has more events a minute than people produce: a hint at a robot that
    identifies as a browser, or at a tracker that fires too often. A session shorter than a
    minute counts as one minute, so that three clicks in a second are not suspicious.

    events_per_minute: exactly this many on average are not suspicious. -#}
{% macro is_suspicious(events_per_minute) -%}
    {%- set seconds = sessions.seconds_between('session_started_at', 'session_ended_at') -%}
    (
        event_count > {{ events_per_minute }}
        and event_count * 60 > {{ events_per_minute }} * {{ seconds }}
    )
{%- endmacro %}

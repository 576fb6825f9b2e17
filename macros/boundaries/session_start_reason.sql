{#- Why an event starts a session, or would if it may: the first boundary that holds, null
    when the session simply goes on. It reads the event beside what was known before it:
    last_activity_at, previous_local_day, previous_event_ended, visit_source_key.

    rules: the rule set. -#}
{% macro session_start_reason(rules) -%}
    case
        when last_activity_at is null then 'first_event'
        when {{ sessions.exceeds_timeout(rules) }} then 'timeout'
        when {{ sessions.has_left(rules) }} then 'left'
        when {{ sessions.crosses_midnight(rules) }} then 'midnight'
        when {{ sessions.changes_source(rules) }} then 'source_change'
    end
{%- endmacro %}

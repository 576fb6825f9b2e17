{#- Why an event starts a session, or would if it may: the first boundary that holds, null
    when the session simply goes on. It reads the event beside what was known before it:
    last_activity_at, previous_calendar_unit, previous_event_ended, visit_user_key,
    visit_source_key; and where the session's own start is known, session_started_at and
    session_event_count.

    rules: the rule set.
    knows_start: whether it is. Where it is not, no rule that looks at it may apply. -#}
{% macro session_start_reason(rules, knows_start=false) -%}
    {%- set counts_from = (
        sessions.timeout_counts_from(rules) if knows_start else 'last_activity_at'
    ) -%}
    case
        when last_activity_at is null then 'first_event'
        when {{ sessions.exceeds_timeout(rules, since=counts_from) }} then 'timeout'
        when {{ sessions.has_left(rules) }} then 'left'
        when {{ sessions.crosses_calendar_boundary(rules) }} then '{{ sessions.calendar_reason(rules) }}'
        {%- if knows_start %}
        when {{ sessions.exceeds_duration(rules) }} then 'max_duration'
        when {{ sessions.reaches_event_limit(rules) }} then 'max_events'
        {%- endif %}
        when {{ sessions.changes_user(rules) }} then 'user_change'
        when {{ sessions.changes_source(rules) }} then 'source_change'
    end
{%- endmacro %}

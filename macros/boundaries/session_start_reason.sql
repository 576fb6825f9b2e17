{#- Why an event starts a session, or would if its role allowed it: the first boundary that
    holds, null when the session goes on. It reads the event and the state before it:
    last_activity_at, previous_calendar_unit, previous_event_ended, visit_user_key,
    visit_source_key; with knows_start also session_started_at and session_event_count.

    rules: the rule set.
    knows_start: whether the session's own start is known. If not, no rule that depends on
        it may apply to the event. -#}
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


{#- Whether an event begins a visit, where no rule depends on the session's own start.

    rules: the rule set. -#}
{% macro begins_visit(rules) -%}
    (last_activity_at is null or {{ sessions.exceeds_timeout(rules) }})
{%- endmacro %}


{#- Whether an event starts another session of its visit, whatever its source.

    rules: the rule set. -#}
{% macro starts_session_alone(rules) -%}
    (
        {{ sessions.has_left(rules) }}
        or {{ sessions.crosses_calendar_boundary(rules) }}
        or {{ sessions.changes_user(rules) }}
    )
{%- endmacro %}

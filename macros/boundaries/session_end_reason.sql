{#- Why a session ended: the reason for which the visitor's next one started, or what has
    happened since. It reads next_start_reason, has_left, newest_event_at (of all visitors)
    and silent_from (the timestamp from which the timeout counts).

    rules: the rule set. -#}
{% macro session_end_reason(rules) -%}
    case
        when next_start_reason is not null then next_start_reason
        when has_left then 'left'
        when {{ sessions.exceeds_timeout(rules, 'newest_event_at', 'silent_from') }} then 'timeout'
        else 'open'
    end
{%- endmacro %}

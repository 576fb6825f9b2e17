{#- Whether a session is engaged: longer than some seconds, two page views, a purchase
    or a goal. Source of the rule: Google Analytics help 12195621, engaged sessions, whose
    goals are key events.

    engaged_seconds: a session of exactly this length is not longer. -#}
{% macro is_engaged(engaged_seconds) -%}
    (
        session_ended_at > {{ sessions.timestamp_add(
            'second', engaged_seconds, 'session_started_at'
        ) }}
        or page_view_count >= 2
        or purchase_count >= 1
        or goal_count >= 1
    )
{%- endmacro %}

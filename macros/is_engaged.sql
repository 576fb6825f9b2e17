{#- Whether a visit was more than a glance: longer than some seconds, two page views, or a
    purchase. Source of the rule: Google Analytics help 12195621, engaged sessions.

    engaged_seconds: exactly as many are not longer. -#}
{% macro is_engaged(engaged_seconds) -%}
    (
        session_ended_at > {{ sessions.timestamp_add(
            'second', engaged_seconds, 'session_started_at'
        ) }}
        or page_view_count >= 2
        or purchase_count >= 1
    )
{%- endmacro %}

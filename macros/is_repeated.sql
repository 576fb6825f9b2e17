{#- Whether an event is a page view that was fired twice: the previous page view of the
    session was of the same page, at most some seconds before. Single-page apps do so when
    they start. Page views without a page_url are ignored.

    seconds: the variable repeated_page_view_seconds; 0 turns the rule off.
    session_timeline: partition by ... order by ..., of the events of a session. -#}
{% macro is_repeated(seconds, session_timeline) -%}
    {%- if seconds == 0 -%}
        false
    {%- else -%}
        coalesce(
            page_key = {{ sessions.last_known_before('page_key', session_timeline) }}
            and not {{ sessions.exceeds(
                'event_at',
                sessions.last_known_before(
                    'case when page_key is not null then event_at end', session_timeline
                ),
                seconds,
                'same'
            ) }},
            false
        )
    {%- endif -%}
{%- endmacro %}

{#- Whether an event is a page view that was fired again: the page view before it in the
    session was of the same page, hardly any time before. Single-page apps do so when they
    start. Page views without a page_url are not looked at.

    seconds: the variable repeated_page_view_seconds; 0 for none.
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

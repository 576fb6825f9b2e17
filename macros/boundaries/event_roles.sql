{#- What becomes of an event, given its roles (may_start, extends) and the reason for which
    it would start a session. -#}


{#- Whether an event plays a role of the rule set, by its name.

    role: all, a list of event names, or {all_but: [event names]}. -#}
{% macro plays_role(role) -%}
    {%- set names = role.all_but if role is mapping else role -%}
    {%- if role == 'all' -%}
        true
    {%- elif names | length == 0 -%}
        {{ 'true' if role is mapping else 'false' }}
    {%- else -%}
        event_name {{ 'not in' if role is mapping else 'in' }} (
            {%- for name in names -%}
                {{ sessions.text_literal(name) }}
                {{- ', ' if not loop.last }}
            {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}


{#- Whether the event belongs to a session. One that would start it but may not does not.
    One that may neither start nor extend, such as a refund, joins the open session as
    long as neither silence, leaving nor the calendar has ended it. -#}
{% macro is_kept() -%}
    (
        reason is null
        or may_start
        or (not extends and reason = 'source_change')
    )
{%- endmacro %}


{#- Whether later events are measured from this one. The event that opens a session is
    activity, whatever its role. -#}
{% macro is_activity() -%}
    (
        (reason is not null and may_start)
        or (reason is null and extends)
    )
{%- endmacro %}


{#- Whether the rules see the event at all: as the event before, as a source, as an end. -#}
{% macro is_seen() -%}
    (
        may_start
        or (reason is null and extends)
    )
{%- endmacro %}


{#- Whether a visitor has events that may start a session and do not extend it, or the
    reverse. What becomes of such an event depends on what became of the one before, so
    the visitor is walked event by event; where both roles are the same, nobody is. -#}
{% macro is_walked(rules) -%}
    {%- if rules.starting_events == rules.extending_events -%}
        false
    {%- else -%}
        count(case when may_start != extends then 1 end) over (partition by visitor_key) > 0
    {%- endif -%}
{%- endmacro %}

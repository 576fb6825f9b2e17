{#- What becomes of an event, given its roles (is_starting_event, extends) and the reason for which
    it would start a session. -#}


{#- Whether an event plays a role of the rule set, by its name.

    role: all, a list of event names, or {all_but: [event names]}. -#}
{% macro matches_event_filter(role) -%}
    {%- set names = role.all_but if role is mapping else role -%}
    {%- if role == 'all' -%}
        true
    {%- elif names | length == 0 -%}
        {{ 'true' if role is mapping else 'false' }}
    {%- else -%}
        event_name {{ 'not in' if role is mapping else 'in' }} (
            {%- for name in names -%}
                {{ sessions.quote_literal(name) }}
                {{- ', ' if not loop.last }}
            {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}


{#- Whether the event belongs to a session. One that would start it but may not does not.
    One that may neither start nor extend, such as a refund, joins the open session as
    long as neither silence, leaving, the calendar nor its length has ended it. -#}
{% macro belongs_to_session() -%}
    (
        reason is null
        or is_starting_event
        or (
            not is_extending_event
            and reason in ('max_events', 'user_change', 'source_change')
        )
    )
{%- endmacro %}


{#- Whether the event opens a session. -#}
{% macro starts_session() -%}
    (reason is not null and is_starting_event)
{%- endmacro %}


{#- Whether later events are measured from this one. The event that opens a session is
    activity, whatever its role. -#}
{% macro is_activity() -%}
    (
        {{ sessions.starts_session() }}
        or (reason is null and is_extending_event)
    )
{%- endmacro %}


{#- Whether the rules see the event at all: as the event before, as a source, as an end. -#}
{% macro is_visible_to_rules() -%}
    (
        is_starting_event
        or (reason is null and is_extending_event)
    )
{%- endmacro %}


{#- Whether rules may have to walk from one event to the next, because what becomes of an
    event depends on what became of the ones before. -#}
{% macro may_need_recursion(rules) -%}
    {{ return(
        rules.starting_events != rules.extending_events or sessions.depends_on_session_start(rules)
    ) }}
{%- endmacro %}


{#- Whether an island is walked: it has events that may start a session and do not extend
    it, or the reverse, or it is as long as a session may be. Windows tell the rest.

    rules: the rule set.
    island: the columns that name an island. -#}
{% macro needs_recursion(rules, island) -%}
    {%- set over_island = 'over (partition by ' ~ island ~ ')' -%}
    {%- set longest = sessions.longest_microseconds(rules) -%}
    (
        count(case when is_starting_event != is_extending_event then 1 end) {{ over_island }} > 0
        {%- if longest is not none %}
        or {{ sessions.microseconds_since_1970('max(event_at) ' ~ over_island) }}
        - {{ sessions.microseconds_since_1970('min(event_at) ' ~ over_island) }} > {{ longest }}
        {%- endif %}
        {%- if rules.max_events is not none %}
        or count(*) {{ over_island }} > {{ rules.max_events }}
        {%- endif %}
    )
{%- endmacro %}

{#- How the roles of an event (is_starting_event, is_extending_event) and the reason for
    which it would start a session decide what becomes of it. -#}


{#- Whether an event has a role of the rule set, by its name.

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


{#- Whether the event belongs to a session. An event that would start one without being a
    starting event does not. An event that may neither start nor extend, such as a refund,
    joins the open session unless the timeout, leaving, the calendar or the maximum duration
    has ended it. -#}
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


{#- Whether later silences are measured from this event. The event that opens a session is
    activity, whatever its role. -#}
{% macro is_activity() -%}
    (
        {{ sessions.starts_session() }}
        or (reason is null and is_extending_event)
    )
{%- endmacro %}


{#- Whether the rules consider the event at all: as the previous event, as a source, as an
    end. -#}
{% macro is_visible_to_rules() -%}
    (
        is_starting_event
        or (reason is null and is_extending_event)
    )
{%- endmacro %}


{#- The value on the nearest earlier event that may start a session and has one, null without.

    value: a SQL expression.
    timeline: partition by ... order by ..., the contents of an over clause. -#}
{% macro previous_value(value, timeline) -%}
    {{ sessions.last_known_before(
        'case when is_starting_event then ' ~ value ~ ' end', timeline
    ) }}
{%- endmacro %}


{#- Whether the rules may need recursion, because the outcome of an event depends on the
    outcomes of earlier ones. -#}
{% macro may_need_recursion(rules) -%}
    {{ return(
        rules.starting_events != rules.extending_events or sessions.depends_on_session_start(rules)
    ) }}
{%- endmacro %}


{#- Whether an island needs recursion: it has events that may start a session but do not
    extend it, or the reverse, or it exceeds the limits of a single session. Window
    functions suffice for all other islands.

    rules: the rule set.
    island: the columns that identify an island. -#}
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

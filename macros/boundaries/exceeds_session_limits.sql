{#- A session that has lasted for the maximum duration: the next event starts another.

    rules: the rule set. -#}
{% macro exceeds_duration(rules) -%}
    {{ sessions.exceeds(
        'event_at', 'session_started_at',
        rules.max_duration_seconds, rules.max_duration_at_limit
    ) }}
{%- endmacro %}


{#- A session that holds the maximum number of events: the next event starts another. Events
    that neither start nor extend are not counted.

    rules: the rule set. -#}
{% macro reaches_event_limit(rules) -%}
    {%- if rules.max_events is none -%}
        false
    {%- else -%}
        session_event_count >= {{ rules.max_events }}
    {%- endif -%}
{%- endmacro %}


{#- Whether a rule depends on the session's own start. -#}
{% macro depends_on_session_start(rules) -%}
    {{ return(
        rules.max_duration_seconds is not none
        or rules.max_events is not none
        or (rules.timeout_seconds is not none
            and rules.timeout_counts_from == 'session_start')
    ) }}
{%- endmacro %}


{#- The longest possible duration of a session, in microseconds: an event at exactly that
    distance still belongs to it. none without a limit. -#}
{% macro longest_microseconds(rules) -%}
    {%- set limits = [
        {'seconds': rules.max_duration_seconds, 'at_limit': rules.max_duration_at_limit},
    ] -%}
    {%- if rules.timeout_counts_from == 'session_start' -%}
        {%- do limits.append(sessions.timeout_limit(rules)) -%}
    {%- endif -%}
    {%- set longest = [] -%}
    {%- for limit in limits if limit.seconds is not none -%}
        {%- do longest.append(
            limit.seconds * 1000000 - (1 if limit.at_limit == 'new' else 0)
        ) -%}
    {%- endfor -%}
    {{ return(longest | min if longest else none) }}
{%- endmacro %}


{#- The first event_position in an island that a session which starts at the row cannot hold,
    for its length.

    rules: the rule set.
    island: the columns that identify an island. -#}
{% macro limit_position(rules, island) -%}
    {%- set longest = sessions.longest_microseconds(rules) -%}
    {%- if longest is none -%}
        {{ sessions.no_position() }}
    {%- else -%}
        {%- set timeline = 'partition by ' ~ island ~ ' order by '
            ~ sessions.microseconds_since_1970('event_at') -%}
        min(event_position) over (partition by {{ island }})
        + {{ sessions.count_up_to(longest, timeline) }}
    {%- endif -%}
{%- endmacro %}


{#- An event_position that no event reaches. -#}
{% macro no_position() -%}
    cast(9223372036854775807 as {{ dbt.type_bigint() }})
{%- endmacro %}

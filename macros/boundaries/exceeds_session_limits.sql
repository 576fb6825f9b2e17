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

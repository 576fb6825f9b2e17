{#- Whether a number of seconds has passed between two timestamps. They are compared to the
    microsecond; minutes are never counted.

    event_at, since: the later and the earlier timestamp.
    seconds: the limit, none for no limit.
    at_limit: what exactly the limit still is: same (not exceeded) or new (exceeded). -#}
{% macro exceeds(event_at, since, seconds, at_limit) -%}
    {%- if seconds is none -%}
        false
    {%- else -%}
        (
            {{ event_at }}
            {{ '>=' if at_limit == 'new' else '>' }} {{ sessions.timestamp_add('second', seconds, since) }}
        )
    {%- endif -%}
{%- endmacro %}


{#- A visitor silent for longer than the timeout has left; the next event is a new visit.

    rules: the rule set.
    event_at, since: the timestamps at both ends of the silence. -#}
{% macro exceeds_timeout(rules, event_at='event_at', since='last_activity_at') -%}
    {%- set limit = sessions.timeout_limit(rules) -%}
    {{ sessions.exceeds(event_at, since, limit.seconds, limit.at_limit) }}
{%- endmacro %}


{#- The timeout as exact seconds. A silence truncated to whole minutes exceeds a limit once
    the silence itself reaches the next whole minute: 30:59 counts as 30, so 31:00 is the
    first that is over 30. -#}
{% macro timeout_limit(rules) -%}
    {%- set seconds, at_limit = rules.timeout_seconds, rules.timeout_at_limit -%}
    {%- if seconds is not none and rules.timeout_unit == 'minute' -%}
        {%- set minutes = (seconds + 59) // 60 if at_limit == 'new' else seconds // 60 + 1 -%}
        {{ return({'seconds': minutes * 60, 'at_limit': 'new'}) }}
    {%- endif -%}
    {{ return({'seconds': seconds, 'at_limit': at_limit}) }}
{%- endmacro %}


{#- The earliest timestamp of a last activity that has not timed out by a given time; null
    without a timeout. At exactly that timestamp, it may have timed out.

    rules: the rule set.
    now: the given time. -#}
{% macro earliest_without_timeout(rules, now) -%}
    {%- if rules.timeout_seconds is none -%}
        cast(null as {{ sessions.type_timestamp_utc() }})
    {%- else -%}
        {{ sessions.timestamp_add('second', -sessions.timeout_limit(rules).seconds, now) }}
    {%- endif -%}
{%- endmacro %}


{#- The timestamp from which the timeout of a session counts. -#}
{% macro timeout_counts_from(rules) -%}
    {{ 'session_started_at' if rules.timeout_counts_from == 'session_start' else 'last_activity_at' }}
{%- endmacro %}


{#- Time in buckets as long as the timeout, counted from 1970: two timestamps without a
    timeout between them are in the same bucket or in neighbouring ones.

    rules: the rule set.
    timestamp: a SQL expression. -#}
{% macro timeout_bucket(rules, timestamp) -%}
    {%- if rules.timeout_seconds is none -%}
        0
    {%- else -%}
        {{ sessions.time_bucket(timestamp, sessions.timeout_limit(rules).seconds) }}
    {%- endif -%}
{%- endmacro %}


{#- Whether no earlier event can affect the event: the silence before it is longer than the
    timeout, whatever events lie on both sides. An island lasts until the next such silence. -#}
{% macro begins_island(rules) -%}
    (
        previous_event_at is null
        or {{ sessions.exceeds_timeout(rules, 'event_at', 'previous_event_at') }}
    )
{%- endmacro %}

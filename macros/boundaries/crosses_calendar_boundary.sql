{#- An event on another day, or in another hour, than the previous one starts a new session
    of the same visit. The unit may change in either direction: where clocks are set back
    across midnight, the second 23:30 is on another day than the first 00:00. -#}
{% macro crosses_calendar_boundary(rules) -%}
    {%- if rules.calendar == 'none' -%}
        false
    {%- else -%}
        calendar_unit != previous_calendar_unit
    {%- endif -%}
{%- endmacro %}


{#- The calendar unit of an event, as a timestamp: its day, on the site's own clock or in
    UTC, or its hour. An hour that clocks show twice is two units: its UTC offset is added
    in microseconds, where a truncated hour has only zeros. -#}
{% macro calendar_unit(rules) -%}
    {%- if rules.calendar == 'none' -%}
        cast(null as {{ sessions.type_timestamp_utc() }})
    {%- elif rules.calendar == 'day' and rules.calendar_time_zone == 'site' -%}
        cast(event_date as {{ sessions.type_timestamp_utc() }})
    {%- elif rules.calendar_time_zone == 'utc' -%}
        {{ dbt.date_trunc(rules.calendar, 'event_at') }}
    {%- else -%}
        {{ sessions.timestamp_add(
            'microsecond',
            'cast(' ~ sessions.seconds_between('event_at', 'event_at_local') ~ ' as '
            ~ dbt.type_int() ~ ')',
            dbt.date_trunc('hour', 'event_at_local')
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- The start_reason of a calendar split. -#}
{% macro calendar_reason(rules) -%}
    {{ 'hour' if rules.calendar == 'hour' else 'midnight' }}
{%- endmacro %}

{#- A visit that runs past midnight, or into another hour, counts again. Days and hours may
    differ either way: where clocks are set back over midnight, the second 23:30 is another
    day than the first 00:00. -#}
{% macro crosses_calendar_boundary(rules) -%}
    {%- if rules.calendar == 'none' -%}
        false
    {%- else -%}
        calendar_unit != previous_calendar_unit
    {%- endif -%}
{%- endmacro %}


{#- What is compared of an event's time, as a timestamp: the calendar day, on the site's
    own clock or in UTC, or the hour. An hour that clocks show twice is two: its offset
    from UTC belongs to it, written where an hour has no digits, as microseconds. -#}
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


{#- What the reason is called. -#}
{% macro calendar_reason(rules) -%}
    {{ 'hour' if rules.calendar == 'hour' else 'midnight' }}
{%- endmacro %}

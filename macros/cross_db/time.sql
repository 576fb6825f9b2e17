{#- A timestamp, or null where it is none that every engine can reckon with. -#}
{% macro timestamp_or_null(column) -%}
    {%- set moment = sessions.cast_or_null(column, dbt.type_timestamp()) -%}
    case when {{ sessions.is_moment(moment) }} then {{ moment }} end
{%- endmacro %}


{#- Whether a timestamp lies in the years 1 to 9999. Infinity is a value on some engines
    and never a moment. -#}
{% macro is_moment(timestamp) -%}
    (
        {{ timestamp }} >= {{ sessions.first_moment() }}
        and {{ timestamp }} < timestamp '9999-12-30 00:00:00'
    )
{%- endmacro %}


{#- No moment is earlier. -#}
{% macro first_moment() -%}
    timestamp '0001-01-02 00:00:00'
{%- endmacro %}


{#- Which stretch of time a moment lies in, counted in stretches of so many seconds from
    1970 on. -#}
{% macro stretch_of_time(timestamp, seconds) -%}
    cast(
        floor({{ sessions.microseconds_since_1970(timestamp) }} / {{ seconds * 1000000 }})
        as {{ dbt.type_bigint() }}
    )
{%- endmacro %}


{#- The moment so much later than another, earlier where the number is negative. dbt's own
    macro leaves out microseconds on some engines.

    unit: microsecond, second, minute or day; a day has 24 hours.
    number: a whole number, or a SQL expression for one.
    moment: a SQL expression of type timestamp. -#}
{% macro moment_after(unit, number, moment) -%}
    {{ return(adapter.dispatch('moment_after', 'sessions')(unit, number, moment)) }}
{%- endmacro %}

{% macro default__moment_after(unit, number, moment) -%}
    ({{ moment }} + ({{ number }}) * interval '1 {{ unit }}')
{%- endmacro %}

{% macro spark__moment_after(unit, number, moment) -%}
    timestampadd({{ unit }}, {{ number }}, {{ moment }})
{%- endmacro %}


{#- The day so many days after another, before it where the number is negative.

    number: a whole number, or a SQL expression for one.
    day: a SQL expression of type date. -#}
{% macro day_after(number, day) -%}
    {{ return(adapter.dispatch('day_after', 'sessions')(number, day)) }}
{%- endmacro %}

{% macro default__day_after(number, day) -%}
    cast({{ day }} + ({{ number }}) * interval '1 day' as date)
{%- endmacro %}

{% macro spark__day_after(number, day) -%}
    date_add({{ day }}, {{ number }})
{%- endmacro %}


{#- What clocks on the wall show in a time zone (IANA name) at a moment in UTC. -#}
{% macro local_time(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_time', 'sessions')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__local_time(timestamp, time_zone) -%}
    {{ timestamp }} at time zone 'UTC' at time zone {{ time_zone }}
{%- endmacro %}

{% macro spark__local_time(timestamp, time_zone) -%}
    from_utc_timestamp({{ timestamp }}, {{ time_zone }})
{%- endmacro %}


{#- Seconds from one moment to a later one, exact to the microsecond. -#}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'sessions')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast(
        cast(
            {{ sessions.microseconds_since_1970(later) }}
            - {{ sessions.microseconds_since_1970(earlier) }} as decimal(20, 0)
        )
        * cast(0.000001 as decimal(7, 6)) as {{ sessions.type_seconds() }}
    )
{%- endmacro %}


{#- By how many seconds the clocks of a time zone are ahead of UTC at a moment. -#}
{% macro utc_offset_seconds(timestamp, time_zone) -%}
    {{ sessions.seconds_between(timestamp, sessions.local_time(timestamp, time_zone)) }}
{%- endmacro %}


{#- The type of a length of time in seconds. -#}
{% macro type_seconds() -%}
    decimal(18, 6)
{%- endmacro %}


{#- A query for the names of the time zones this warehouse knows; empty where it has no
    list, and a wrong name shows only when a time is converted. -#}
{% macro known_time_zones() -%}
    {{ return(adapter.dispatch('known_time_zones', 'sessions')()) }}
{%- endmacro %}

{% macro default__known_time_zones() -%}
{%- endmacro %}

{% macro duckdb__known_time_zones() -%}
    select name from pg_timezone_names()
{%- endmacro %}

{% macro postgres__known_time_zones() -%}
    select name from pg_timezone_names
{%- endmacro %}

{#- The names that dbt knows: Java has no table of its own. -#}
{% macro spark__known_time_zones() -%}
    select explode(split('{{ modules.pytz.all_timezones | join(' ') }}', ' ')) as name
{%- endmacro %}


{#- The moment that lies a number of microseconds after 1970 began in UTC; null outside the
    years 1 to 9999, where not every engine can make one. -#}
{% macro timestamp_from_microseconds(microseconds) -%}
    {{ return(adapter.dispatch('timestamp_from_microseconds', 'sessions')(microseconds)) }}
{%- endmacro %}

{% macro default__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then make_timestamp({{ microseconds }})
    end
{%- endmacro %}

{% macro postgres__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then timestamp '1970-01-01 00:00:00'
                + {{ microseconds }} * interval '1 microsecond'
    end
{%- endmacro %}

{% macro bigquery__timestamp_from_microseconds(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}

{% macro spark__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then timestamp_micros({{ microseconds }})
    end
{%- endmacro %}


{#- The reverse: microseconds from the beginning of 1970 in UTC, as a whole number. -#}
{% macro microseconds_since_1970(timestamp) -%}
    {{ return(adapter.dispatch('microseconds_since_1970', 'sessions')(timestamp)) }}
{%- endmacro %}

{% macro default__microseconds_since_1970(timestamp) -%}
    epoch_us({{ timestamp }})
{%- endmacro %}

{#- PostgreSQL extracts a decimal, exact to the microsecond. -#}
{% macro postgres__microseconds_since_1970(timestamp) -%}
    cast(extract(epoch from {{ timestamp }}) * 1000000 as {{ dbt.type_bigint() }})
{%- endmacro %}

{% macro spark__microseconds_since_1970(timestamp) -%}
    unix_micros({{ timestamp }})
{%- endmacro %}


{#- A day written as eight digits, 20260301, as a timestamp at its midnight; null where the
    digits are no day. -#}
{% macro date_from_digits(digits) -%}
    {{ sessions.cast_or_null(
        "substring(" ~ digits ~ ", 1, 4)"
        ~ " || '-' || substring(" ~ digits ~ ", 5, 2)"
        ~ " || '-' || substring(" ~ digits ~ ", 7)", dbt.type_timestamp()
    ) }}
{%- endmacro %}

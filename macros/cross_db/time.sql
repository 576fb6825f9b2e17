{#- A timestamp, or null where it is none that every engine can reckon with: the years 1
    to 9999. Infinity is a value on some engines and never a moment. -#}
{% macro timestamp_or_null(column) -%}
    case
        when
            cast({{ column }} as {{ dbt.type_timestamp() }}) >= timestamp '0001-01-02 00:00:00'
            and cast({{ column }} as {{ dbt.type_timestamp() }})
            < timestamp '9999-12-30 00:00:00'
            then cast({{ column }} as {{ dbt.type_timestamp() }})
    end
{%- endmacro %}


{#- What clocks on the wall show in a time zone (IANA name) at a moment in UTC. -#}
{% macro local_time(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_time', 'sessions')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__local_time(timestamp, time_zone) -%}
    {{ timestamp }} at time zone 'UTC' at time zone {{ time_zone }}
{%- endmacro %}


{#- Seconds from one moment to a later one, exact to the microsecond. -#}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'sessions')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast(
        (epoch_us({{ later }}) - epoch_us({{ earlier }})) / 1000000.0
        as {{ sessions.type_seconds() }}
    )
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


{#- The moment that lies a number of microseconds after 1970 began in UTC. -#}
{% macro timestamp_from_microseconds(microseconds) -%}
    {{ return(adapter.dispatch('timestamp_from_microseconds', 'sessions')(microseconds)) }}
{%- endmacro %}

{% macro default__timestamp_from_microseconds(microseconds) -%}
    make_timestamp({{ microseconds }})
{%- endmacro %}

{% macro bigquery__timestamp_from_microseconds(microseconds) -%}
    timestamp_micros({{ microseconds }})
{%- endmacro %}


{#- A day written as eight digits, 20260301, as a timestamp at its midnight. -#}
{% macro date_from_digits(digits) -%}
    cast(
        substring({{ digits }}, 1, 4)
        || '-' || substring({{ digits }}, 5, 2)
        || '-' || substring({{ digits }}, 7, 2) as {{ dbt.type_timestamp() }}
    )
{%- endmacro %}

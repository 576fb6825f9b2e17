{#- A timestamp, or null where the value is not one that every engine supports. -#}
{% macro timestamp_or_null(column) -%}
    {%- set timestamp = sessions.try_cast(column, sessions.type_timestamp_utc()) -%}
    case when {{ sessions.is_valid_timestamp(timestamp) }} then {{ timestamp }} end
{%- endmacro %}


{#- Whether a timestamp is in the years 1 to 9999, or in those that the engine supports.
    Infinity is a value on some engines, but not a valid timestamp. -#}
{% macro is_valid_timestamp(timestamp) -%}
    (
        {{ timestamp }} >= {{ sessions.min_timestamp() }}
        and {{ timestamp }} < {{ sessions.max_timestamp() }}
    )
{%- endmacro %}


{#- The earliest valid timestamp. -#}
{% macro min_timestamp() -%}
    {{ return(adapter.dispatch('min_timestamp', 'sessions')()) }}
{%- endmacro %}

{% macro default__min_timestamp() -%}
    {{ sessions.timestamp_literal('0001-01-02 00:00:00') }}
{%- endmacro %}

{#- ClickHouse supports the years 1970 to 2148. -#}
{% macro clickhouse__min_timestamp() -%}
    {{ sessions.timestamp_literal('1970-01-02 00:00:00') }}
{%- endmacro %}


{#- The upper bound of valid timestamps: all are earlier. -#}
{% macro max_timestamp() -%}
    {{ return(adapter.dispatch('max_timestamp', 'sessions')()) }}
{%- endmacro %}

{% macro default__max_timestamp() -%}
    {{ sessions.timestamp_literal('9999-12-30 00:00:00') }}
{%- endmacro %}

{% macro clickhouse__max_timestamp() -%}
    {{ sessions.timestamp_literal('2148-12-30 00:00:00') }}
{%- endmacro %}


{#- A timestamp in UTC as a literal.

    text: such as 2026-03-18 00:00:00. -#}
{% macro timestamp_literal(text) -%}
    {{ return(adapter.dispatch('timestamp_literal', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__timestamp_literal(text) -%}
    timestamp '{{ text }}'
{%- endmacro %}

{#- In Snowflake, an account setting decides what the type timestamp means. -#}
{% macro snowflake__timestamp_literal(text) -%}
    cast('{{ text }}' as timestamp_ntz)
{%- endmacro %}

{% macro clickhouse__timestamp_literal(text) -%}
    toDateTime64('{{ text }}', 6, 'UTC')
{%- endmacro %}


{#- The time of the statement by the warehouse's clock, in UTC. -#}
{% macro current_timestamp_utc() -%}
    {{ return(adapter.dispatch('current_timestamp_utc', 'sessions')()) }}
{%- endmacro %}

{% macro default__current_timestamp_utc() -%}
    (current_timestamp at time zone 'UTC')
{%- endmacro %}

{% macro spark__current_timestamp_utc() -%}
    current_timestamp()
{%- endmacro %}

{% macro bigquery__current_timestamp_utc() -%}
    current_timestamp()
{%- endmacro %}

{% macro snowflake__current_timestamp_utc() -%}
    sysdate()
{%- endmacro %}

{% macro redshift__current_timestamp_utc() -%}
    getdate()
{%- endmacro %}

{% macro trino__current_timestamp_utc() -%}
    cast(current_timestamp at time zone 'UTC' as {{ sessions.type_timestamp_utc() }})
{%- endmacro %}

{% macro clickhouse__current_timestamp_utc() -%}
    now64(6, 'UTC')
{%- endmacro %}


{#- The bucket that contains a timestamp; buckets last a number of seconds each, from 1970
    on. -#}
{% macro time_bucket(timestamp, seconds) -%}
    cast(
        floor({{ sessions.microseconds_since_1970(timestamp) }} / {{ seconds * 1000000 }})
        as {{ dbt.type_bigint() }}
    )
{%- endmacro %}


{#- A timestamp plus a number of units; a negative number subtracts. dbt's own macro drops
    microseconds on some engines.

    unit: microsecond, second, minute or day; a day has 24 hours.
    number: a whole number, or a SQL expression for one.
    timestamp: a SQL expression of type timestamp. -#}
{% macro timestamp_add(unit, number, timestamp) -%}
    {{ return(adapter.dispatch('timestamp_add', 'sessions')(unit, number, timestamp)) }}
{%- endmacro %}

{% macro default__timestamp_add(unit, number, timestamp) -%}
    ({{ timestamp }} + ({{ number }}) * interval '1 {{ unit }}')
{%- endmacro %}

{% macro spark__timestamp_add(unit, number, timestamp) -%}
    timestampadd({{ unit }}, {{ number }}, {{ timestamp }})
{%- endmacro %}

{% macro snowflake__timestamp_add(unit, number, timestamp) -%}
    dateadd({{ unit }}, {{ number }}, {{ timestamp }})
{%- endmacro %}

{% macro bigquery__timestamp_add(unit, number, timestamp) -%}
    timestamp_add({{ timestamp }}, interval {{ sessions.as_integer(number) }} {{ unit }})
{%- endmacro %}

{% macro redshift__timestamp_add(unit, number, timestamp) -%}
    dateadd({{ unit }}, {{ sessions.as_integer(number) }}, {{ timestamp }})
{%- endmacro %}

{#- Trino's date_add has no unit shorter than a millisecond. -#}
{% macro trino__timestamp_add(unit, number, timestamp) -%}
    {%- if unit == 'microsecond' -%}
        {{ sessions.trino__timestamp_of_microseconds(
            sessions.microseconds_since_1970(timestamp) ~ ' + (' ~ number ~ ')'
        ) }}
    {%- else -%}
        date_add('{{ unit }}', {{ sessions.as_integer(number) }}, {{ timestamp }})
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__timestamp_add(unit, number, timestamp) -%}
    add{{ unit | capitalize }}s({{ timestamp }}, {{ sessions.as_integer(number) }})
{%- endmacro %}


{#- A whole number as an integer, whatever its type: not every engine adds decimals.

    number: see timestamp_add. -#}
{% macro as_integer(number) -%}
    {{ number if number is number else 'cast(' ~ number ~ ' as ' ~ dbt.type_int() ~ ')' }}
{%- endmacro %}


{#- A date plus a number of days; a negative number subtracts.

    number: a whole number, or a SQL expression for one.
    day: a SQL expression of type date. -#}
{% macro date_add(number, day) -%}
    {{ return(adapter.dispatch('date_add', 'sessions')(number, day)) }}
{%- endmacro %}

{% macro default__date_add(number, day) -%}
    cast({{ day }} + ({{ number }}) * interval '1 day' as date)
{%- endmacro %}

{% macro spark__date_add(number, day) -%}
    date_add({{ day }}, {{ number }})
{%- endmacro %}

{% macro snowflake__date_add(number, day) -%}
    dateadd(day, {{ number }}, {{ day }})
{%- endmacro %}

{% macro bigquery__date_add(number, day) -%}
    date_add({{ day }}, interval ({{ number }}) day)
{%- endmacro %}

{% macro redshift__date_add(number, day) -%}
    cast(dateadd(day, {{ number }}, {{ day }}) as date)
{%- endmacro %}

{% macro trino__date_add(number, day) -%}
    date_add('day', {{ number }}, {{ day }})
{%- endmacro %}

{% macro clickhouse__date_add(number, day) -%}
    addDays({{ day }}, {{ number }})
{%- endmacro %}


{#- The Monday of the week of a day. -#}
{% macro week_start(day) -%}
    {{ return(adapter.dispatch('week_start', 'sessions')(day)) }}
{%- endmacro %}

{% macro default__week_start(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}

{#- BigQuery's weeks begin on a Sunday by default. -#}
{% macro bigquery__week_start(day) -%}
    date_trunc({{ day }}, isoweek)
{%- endmacro %}

{#- In Snowflake, an account setting decides on which day weeks begin. -#}
{% macro snowflake__week_start(day) -%}
    dateadd('day', 1 - dayofweekiso({{ day }}), {{ day }})
{%- endmacro %}

{% macro clickhouse__week_start(day) -%}
    toMonday({{ day }})
{%- endmacro %}


{#- The first day of the month of a day. -#}
{% macro month_start(day) -%}
    {{ return(adapter.dispatch('month_start', 'sessions')(day)) }}
{%- endmacro %}

{% macro default__month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro bigquery__month_start(day) -%}
    date_trunc({{ day }}, month)
{%- endmacro %}

{% macro clickhouse__month_start(day) -%}
    toStartOfMonth({{ day }})
{%- endmacro %}


{#- The first day of a month plus a number of months.

    number: a SQL expression for a whole number.
    day: a SQL expression of type date. -#}
{% macro add_months(number, day) -%}
    {{ return(adapter.dispatch('add_months', 'sessions')(number, day)) }}
{%- endmacro %}

{% macro default__add_months(number, day) -%}
    cast({{ day }} + ({{ number }}) * interval '1 month' as date)
{%- endmacro %}

{% macro spark__add_months(number, day) -%}
    add_months({{ day }}, {{ number }})
{%- endmacro %}

{% macro snowflake__add_months(number, day) -%}
    dateadd(month, {{ number }}, {{ day }})
{%- endmacro %}

{% macro bigquery__add_months(number, day) -%}
    date_add({{ day }}, interval ({{ number }}) month)
{%- endmacro %}

{% macro redshift__add_months(number, day) -%}
    cast(dateadd(month, {{ number }}, {{ day }}) as date)
{%- endmacro %}

{% macro trino__add_months(number, day) -%}
    date_add('month', {{ number }}, {{ day }})
{%- endmacro %}

{% macro clickhouse__add_months(number, day) -%}
    addMonths({{ day }}, {{ number }})
{%- endmacro %}


{#- The number of months from that of one date to that of another. -#}
{% macro datediff_months(earlier, later) -%}
    (
        12 * (extract(year from {{ later }}) - extract(year from {{ earlier }}))
        + extract(month from {{ later }}) - extract(month from {{ earlier }})
    )
{%- endmacro %}


{#- The number of days from one date to another, as a whole number. -#}
{% macro datediff_days(earlier, later) -%}
    {{ return(adapter.dispatch('datediff_days', 'sessions')(earlier, later)) }}
{%- endmacro %}

{% macro default__datediff_days(earlier, later) -%}
    ({{ later }} - {{ earlier }})
{%- endmacro %}

{% macro spark__datediff_days(earlier, later) -%}
    datediff({{ later }}, {{ earlier }})
{%- endmacro %}

{% macro snowflake__datediff_days(earlier, later) -%}
    datediff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro redshift__datediff_days(earlier, later) -%}
    datediff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro bigquery__datediff_days(earlier, later) -%}
    date_diff({{ later }}, {{ earlier }}, day)
{%- endmacro %}

{% macro trino__datediff_days(earlier, later) -%}
    date_diff('day', {{ earlier }}, {{ later }})
{%- endmacro %}

{% macro clickhouse__datediff_days(earlier, later) -%}
    dateDiff('day', {{ earlier }}, {{ later }})
{%- endmacro %}


{#- The local time in a time zone (IANA name) at a timestamp in UTC. -#}
{% macro convert_timezone(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('convert_timezone', 'sessions')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__convert_timezone(timestamp, time_zone) -%}
    {{ timestamp }} at time zone 'UTC' at time zone {{ time_zone }}
{%- endmacro %}

{% macro spark__convert_timezone(timestamp, time_zone) -%}
    from_utc_timestamp({{ timestamp }}, {{ time_zone }})
{%- endmacro %}

{% macro snowflake__convert_timezone(timestamp, time_zone) -%}
    convert_timezone('UTC', {{ time_zone }}, {{ timestamp }})
{%- endmacro %}

{% macro bigquery__convert_timezone(timestamp, time_zone) -%}
    timestamp(datetime({{ timestamp }}, {{ time_zone }}))
{%- endmacro %}

{% macro redshift__convert_timezone(timestamp, time_zone) -%}
    convert_timezone('UTC', {{ time_zone }}, {{ timestamp }})
{%- endmacro %}

{% macro trino__convert_timezone(timestamp, time_zone) -%}
    cast(
        at_timezone(with_timezone({{ timestamp }}, 'UTC'), {{ time_zone }})
        as {{ sessions.type_timestamp_utc() }}
    )
{%- endmacro %}

{#- ClickHouse takes a time zone as a literal, not from a column: the zones of the sites are
    queried, and each is written into the query. -#}
{% macro clickhouse__convert_timezone(timestamp, time_zone) -%}
    {%- set zones = [sessions.setting('reporting_time_zone')] -%}
    {%- for seed in sessions.seeds_affecting_results() if seed.name == 'sites' -%}
        {%- for row in run_query(
            'select distinct time_zone from ' ~ api.Relation.create(
                database=seed.database, schema=seed.schema, identifier=seed.alias
            ) ~ ' where time_zone is not null'
        ).rows -%}
            {%- do zones.append(row[0]) -%}
        {%- endfor -%}
    {%- endfor -%}
    case {{ time_zone }}
        {%- for zone in zones | unique %}
        when {{ sessions.quote_literal(zone) }} then addSeconds(
            {{- timestamp }}, timezoneOffset(
                toTimeZone({{ timestamp }}, {{ sessions.quote_literal(zone) }})
            )
        )
        {%- endfor %}
    end
{%- endmacro %}


{#- Seconds from one timestamp to a later one, exact to the microsecond. -#}
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

{#- ClickHouse parses a literal with a decimal point as a float. -#}
{% macro clickhouse__seconds_between(earlier, later) -%}
    cast(
        cast(
            {{ sessions.microseconds_since_1970(later) }}
            - {{ sessions.microseconds_since_1970(earlier) }} as Decimal(38, 6)
        ) / 1000000 as {{ sessions.type_seconds() }}
    )
{%- endmacro %}


{#- The UTC offset of a time zone at a timestamp, in seconds; positive where it is ahead of
    UTC. -#}
{% macro utc_offset_seconds(timestamp, time_zone) -%}
    {{ sessions.seconds_between(timestamp, sessions.convert_timezone(timestamp, time_zone)) }}
{%- endmacro %}


{#- The type of a duration in seconds. -#}
{% macro type_seconds() -%}
    decimal(18, 6)
{%- endmacro %}


{#- A query for the names of the time zones that this warehouse supports; empty where it has
    no list, and a wrong name shows only when a time is converted. -#}
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

{% macro redshift__known_time_zones() -%}
{%- endmacro %}

{#- The names of pytz, which dbt provides: Java has no table of its own. -#}
{% macro spark__known_time_zones() -%}
    select explode(split('{{ modules.pytz.all_timezones | join(' ') }}', ' ')) as name
{%- endmacro %}

{% macro clickhouse__known_time_zones() -%}
    select time_zone from system.time_zones
{%- endmacro %}


{#- The timestamp a number of microseconds after 1970 began in UTC; null outside the years 1
    to 9999, which not every engine supports. -#}
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

{% macro snowflake__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then to_timestamp_ntz({{ microseconds }}, 6)
    end
{%- endmacro %}

{#- The number of seconds to add must be a 32-bit integer. -#}
{% macro redshift__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then dateadd(
                microsecond,
                cast(mod({{ microseconds }}, 1000000) as integer),
                dateadd(
                    second,
                    cast(mod({{ microseconds }} / 1000000, 86400) as integer),
                    dateadd(
                        day,
                        cast({{ microseconds }} / 86400000000 as integer),
                        timestamp '1970-01-01 00:00:00'
                    )
                )
            )
    end
{%- endmacro %}

{% macro trino__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between -62135510400000000 and 253402128000000000
            then {{ sessions.trino__timestamp_of_microseconds(microseconds) }}
    end
{%- endmacro %}

{#- A number of nanoseconds beyond 64 bits must be a decimal. -#}
{% macro trino__timestamp_of_microseconds(microseconds) -%}
    cast(
        at_timezone(
            from_unixtime_nanos(cast({{ microseconds }} as decimal(20, 0)) * 1000), 'UTC'
        ) as {{ sessions.type_timestamp_utc() }}
    )
{%- endmacro %}

{% macro clickhouse__timestamp_from_microseconds(microseconds) -%}
    case
        when {{ microseconds }} between 86400000000 and 5648486400000000
            then fromUnixTimestamp64Micro({{ microseconds }}, 'UTC')
    end
{%- endmacro %}


{#- The reverse: microseconds since the beginning of 1970 in UTC, as a whole number. -#}
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

{% macro snowflake__microseconds_since_1970(timestamp) -%}
    date_part(epoch_microsecond, {{ timestamp }})
{%- endmacro %}

{% macro bigquery__microseconds_since_1970(timestamp) -%}
    unix_micros({{ timestamp }})
{%- endmacro %}

{% macro redshift__microseconds_since_1970(timestamp) -%}
    datediff(microsecond, timestamp '1970-01-01 00:00:00', {{ timestamp }})
{%- endmacro %}

{#- Whole seconds, plus the last six digits of the timestamp as text. -#}
{% macro trino__microseconds_since_1970(timestamp) -%}
    (
        date_diff(
            'second',
            timestamp '1970-01-01 00:00:00',
            date_trunc('second', {{ timestamp }})
        ) * 1000000
        + cast(substr(
            cast(cast({{ timestamp }} as timestamp(6)) as varchar), -6
        ) as bigint)
    )
{%- endmacro %}

{% macro clickhouse__microseconds_since_1970(timestamp) -%}
    toUnixTimestamp64Micro({{ timestamp }})
{%- endmacro %}


{#- A day written as eight digits, 20260301, as a timestamp at its midnight; null where the
    digits are not a date. -#}
{% macro date_from_digits(digits) -%}
    {{ sessions.try_cast(
        "substring(" ~ digits ~ ", 1, 4)"
        ~ " || '-' || substring(" ~ digits ~ ", 5, 2)"
        ~ " || '-' || substring(" ~ digits ~ ", 7)", sessions.type_timestamp_utc()
    ) }}
{%- endmacro %}

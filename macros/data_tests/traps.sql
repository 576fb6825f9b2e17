{#- What data tests of sources have in common: when something found is worth a warning, and
    what a time says that was read in the wrong unit. -#}


{#- Whether the affected rows are too many for a few devices, so that their source is
    wrong: at least ten, and more than a percentage of all.

    part, whole: SQL expressions, numbers of rows.
    percent: how many in a hundred are usual. -#}
{% macro is_more_than_usual(part, whole, percent) -%}
    ({{ part }} >= 10 and 100 * {{ part }} > {{ percent }} * {{ whole }})
{%- endmacro %}


{#- What is wrong with a time, null if nothing is. A number of milliseconds that is read as
    microseconds is a thousandth of what it was, and lies in January or February of 1970 for
    all times from 2000 to 2100. One that is read as seconds lies beyond the year 9999, which
    no engine supports, and is null.

    timestamp: a SQL expression of type timestamp. -#}
{% macro fault_of_time(timestamp) -%}
    {%- set fractions = [
        ('a billionth', '1970-01-01 00:00:00.9', '1970-01-01 00:00:04.2'),
        ('a millionth', '1970-01-01 00:15:46', '1970-01-01 01:08:23'),
        ('a thousandth', '1970-01-11 22:58:04', '1970-02-17 11:34:05'),
    ] -%}
    case
        when {{ timestamp }} is null then 'missing'
        when {{ timestamp }} >= {{ sessions.timestamp_literal('1971-01-01 00:00:00') }}
            then null
        {%- for fraction, first, last in fractions %}
        when
            {{ timestamp }} >= {{ sessions.timestamp_literal(first) }}
            and {{ timestamp }} <= {{ sessions.timestamp_literal(last) }}
            then '{{ fraction }}'
        {%- endfor %}
        else 'before 1971'
    end
{%- endmacro %}


{#- Microseconds from fifteen hours and a minute before a delivery without delay to this
    one. They are positive for every delay that an offset between time zones makes, and
    whole quarters of an hour begin a minute before a whole offset.

    earlier, later: SQL expressions of type timestamp. -#}
{% macro microseconds_of_delay(earlier, later) -%}
    {{ sessions.microseconds_since_1970(later) }}
    - {{ sessions.microseconds_since_1970(earlier) }} + 54060000000
{%- endmacro %}


{#- The configuration of a data test with which dbt prints the comment at its head when it
    fails or warns: what a row means, and what to do. The condition for the number of rows,
    which ends the message, is the only place for a text. -#}
{% macro message_of_law() -%}
    {%- set lines = [] -%}
    {%- for line in model.raw_code.split('\n\n')[0].split('\n--\n')[0].split('\n')
        if line.startswith('--') -%}
        {%- do lines.append(line[2:] | trim) -%}
    {%- endfor -%}
    {%- set condition = '!= 0 /* ' ~ lines | join(' ') | replace('*/', '* /') ~ ' */' -%}
    {{ return({'warn_if': condition, 'error_if': condition}) }}
{%- endmacro %}

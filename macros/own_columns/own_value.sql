{#- The values of own columns as SQL: in an event, and in its session. -#}


{#- The value of an own column as SQL: null where it cannot be cast, and where the relation
    lacks what it comes from.

    column: one of own_columns.
    found: the columns of the relation by their lower-case names, empty if unknown. -#}
{% macro own_value(column, found) -%}
    {%- set path = column.from.split('.')[1:] -%}
    {%- set source = sessions.source_of_own_column(column) -%}
    {%- if found and source not in found -%}
        cast(null as {{ sessions.type_of(column.data_type) }})
    {%- else -%}
        {{ sessions.as_own_type(
            sessions.json_text(source, path) if path else source, column.type
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- A value as text, cast to the type of an own column. What does not fit is null: one bad
    row does not stop the build.

    value: a SQL expression of any type.
    type: one of own_column_types. -#}
{% macro as_own_type(value, type) -%}
    {%- set text = sessions.trimmed('cast(' ~ value ~ ' as ' ~ sessions.type_text() ~ ')') -%}
    {%- if type == 'integer' -%}
        cast({{ sessions.regexp_extract(
            text, '^[+]?(-?[0-9]{1,18})([.]0*)?$', 1
        ) }} as bigint)
    {%- elif type == 'number' -%}
        {#- Below a thousand billions; of a short form such as 1.5e-7 too. -#}
        coalesce(
            cast({{ sessions.regexp_extract(
                text, '^[+]?(-?([0-9]{1,15}([.][0-9]+)?|[.][0-9]+))$', 1
            ) }} as decimal(28, 6)),
            cast(cast({{ sessions.regexp_extract(
                text, '^[+]?(-?[0-9]([.][0-9]+)?[Ee]([+]?0?[0-9]|[+]?1[0-4]|-[0-9]{1,3}))$', 1
            ) }} as {{ sessions.type_double() }}) as decimal(28, 6))
        )
    {%- elif type == 'boolean' -%}
        case
            when {{ sessions.lower_ascii(text) }} in ('true', 't', 'yes', 'y', 'on', '1')
                then true
            when {{ sessions.lower_ascii(text) }} in ('false', 'f', 'no', 'n', 'off', '0')
                then false
        end
    {%- elif type == 'timestamp' -%}
        case
            when {{ sessions.regexp_like(text, sessions.timestamp_pattern()) }}
                then {{ sessions.timestamp_of_text(text) }}
        end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}


{#- A pattern for a timestamp in ISO 8601 from the years 1000 to 2999: a day of the calendar,
    which may be followed by a time of day, and that by Z or an offset from UTC. -#}
{% macro timestamp_pattern() -%}
    {%- set year = '[12][0-9]{3}' -%}
    {%- set leap_year =
        '([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)' -%}
    {%- set day = '(' ~ [
        year ~ '-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])',
        year ~ '-(0[469]|11)-(0[1-9]|[12][0-9]|30)',
        year ~ '-02-(0[1-9]|1[0-9]|2[0-8])',
        leap_year ~ '-02-29',
    ] | join('|') ~ ')' -%}
    {%- set time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set offset = '(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])' -%}
    {{ return('^' ~ day ~ '([T ]' ~ time ~ offset ~ '?)?$') }}
{%- endmacro %}


{#- A text that matches timestamp_pattern as a timestamp in UTC, to the microsecond; without
    an offset it is in UTC. -#}
{% macro timestamp_of_text(text) -%}
    {%- set part = '[+-]([0-9]{2}):?([0-9]{2})$' -%}
    {%- set hours, minutes = sessions.regexp_extract(text, ':.*' ~ part, 1),
        sessions.regexp_extract(text, ':.*' ~ part, 2) -%}
    {%- set offset_minutes = 'coalesce(60 * cast(' ~ hours ~ ' as ' ~ dbt.type_int()
        ~ ') + cast(' ~ minutes ~ ' as ' ~ dbt.type_int() ~ '), 0)' -%}
    {%- set is_behind = sessions.regexp_like(text, ':.*-[0-9]{2}:?[0-9]{2}$') -%}
    {{ sessions.timestamp_add(
        'minute',
        'case when ' ~ is_behind ~ ' then ' ~ offset_minutes ~ ' else -'
        ~ offset_minutes ~ ' end',
        'cast(substring(' ~ text ~ ", 1, 10) || ' ' || coalesce("
        ~ sessions.regexp_extract(text, '^.{10}[T ]([0-9]{2}:[0-9]{2})', 1) ~ ", '00:00')"
        ~ ' || coalesce('
        ~ sessions.regexp_extract(
            text, '^.{10}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)', 1
        )
        ~ ", ':00') as " ~ sessions.type_timestamp_utc() ~ ')'
    ) }}
{%- endmacro %}


{#- What fct_sessions makes of an own column, as an aggregate over the events of a session.
    Texts are compared byte by byte.

    column: one of own_session_columns. -#}
{% macro own_column_summary(column) -%}
    {%- set name, summary = column.column, column.in_sessions -%}
    {%- if summary in ['first', 'last'] -%}
        max(case when event_number = {{ name }}_event_number then {{ name }} end)
    {%- elif summary == 'count_distinct' -%}
        cast(count(distinct {{ name }}) as bigint)
    {%- elif summary == 'any' -%}
        max(case when {{ name }} then 1 when not {{ name }} then 0 end) = 1
    {%- elif column.type == 'text' -%}
        {{ summary }}({{ sessions.collate_binary(name) }})
    {%- else -%}
        cast({{ summary }}({{ name }}) as {{ sessions.type_of(column.data_type) }})
    {%- endif -%}
{%- endmacro %}

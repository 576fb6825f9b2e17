{#- The value on the nearest earlier row of a timeline that has one, null without one.

    value: a SQL expression, null on the rows to skip.
    timeline: partition by ... order by ..., the contents of an over clause. -#}
{% macro last_known_before(value, timeline) -%}
    {{ sessions.last_value_known(
        value, timeline ~ ' rows between unbounded preceding and 1 preceding'
    ) }}
{%- endmacro %}


{#- The same, the row itself included. -#}
{% macro last_known_so_far(value, timeline) -%}
    {{ sessions.last_value_known(
        value, timeline ~ ' rows between unbounded preceding and current row'
    ) }}
{%- endmacro %}


{#- The last value of a frame that is not null.

    value: a SQL expression.
    frame: the contents of an over clause. -#}
{% macro last_value_known(value, frame) -%}
    {{ return(adapter.dispatch('last_value_known', 'sessions')(value, frame)) }}
{%- endmacro %}

{% macro default__last_value_known(value, frame) -%}
    last_value({{ value }} ignore nulls) over ({{ frame }})
{%- endmacro %}

{% macro spark__last_value_known(value, frame) -%}
    last_value({{ value }}) ignore nulls over ({{ frame }})
{%- endmacro %}

{% macro snowflake__last_value_known(value, frame) -%}
    last_value({{ value }}) ignore nulls over ({{ frame }})
{%- endmacro %}

{% macro redshift__last_value_known(value, frame) -%}
    last_value({{ value }}) ignore nulls over ({{ frame }})
{%- endmacro %}

{% macro trino__last_value_known(value, frame) -%}
    last_value({{ value }}) ignore nulls over ({{ frame }})
{%- endmacro %}

{% macro clickhouse__last_value_known(value, frame) -%}
    last_value({{ value }}) ignore nulls over ({{ frame }})
{%- endmacro %}

{#- Nulls cannot be ignored in PostgreSQL before version 19: see create_functions. -#}
{% macro postgres__last_value_known(value, frame) -%}
    {{ sessions.schema_of_functions() }}.sessions_last_known({{ value }}) over ({{ frame }})
{%- endmacro %}


{#- The number of rows of a timeline that are earlier than the row or no further behind it
    than a distance, itself included.

    distance: a whole number.
    timeline: partition by ... order by a whole number. -#}
{% macro count_up_to(distance, timeline) -%}
    {{ return(adapter.dispatch('count_up_to', 'sessions')(distance, timeline)) }}
{%- endmacro %}

{% macro default__count_up_to(distance, timeline) -%}
    count(*) over (
        {{ timeline }} range between unbounded preceding and {{ distance }} following
    )
{%- endmacro %}

{#- Redshift supports no distances in window frames, and ClickHouse none beyond 32 bits. -#}
{% macro redshift__count_up_to(distance, timeline) -%}
    {{ exceptions.raise_compiler_error(
        "session rules that bound how long a session lasts do not work on this engine; "
        ~ "set max_duration_seconds to null and timeout_counts_from to last_event"
    ) }}
{%- endmacro %}

{% macro clickhouse__count_up_to(distance, timeline) -%}
    {{ return(sessions.redshift__count_up_to(distance, timeline)) }}
{%- endmacro %}

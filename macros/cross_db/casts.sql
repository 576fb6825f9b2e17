{#- A value cast to another type, null where that fails: one bad row does not stop the
    build. -#}
{% macro try_cast(value, type) -%}
    {{ return(adapter.dispatch('try_cast', 'sessions')(value, type)) }}
{%- endmacro %}

{% macro default__try_cast(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro postgres__try_cast(value, type) -%}
    cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro redshift__try_cast(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro bigquery__try_cast(value, type) -%}
    safe_cast({{ value }} as {{ type }})
{%- endmacro %}

{#- Snowflake's try_cast takes only texts, and a timestamp as text has lost its
    microseconds. Each of its timestamp types is read by its own function; one with a time
    zone is converted to UTC. -#}
{% macro snowflake__try_cast(value, type) -%}
    {%- if type == sessions.type_timestamp_utc() -%}
        coalesce(
            as_timestamp_ntz(to_variant({{ value }})),
            cast(
                convert_timezone('UTC', as_timestamp_tz(to_variant({{ value }})))
                as {{ type }}
            ),
            cast(
                convert_timezone('UTC', as_timestamp_ltz(to_variant({{ value }})))
                as {{ type }}
            ),
            cast(as_date(to_variant({{ value }})) as {{ type }}),
            try_cast(as_varchar(to_variant({{ value }})) as {{ type }})
        )
    {%- else -%}
        try_cast(cast({{ value }} as varchar) as {{ type }})
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__try_cast(value, type) -%}
    accurateCastOrNull({{ value }}, {{ sessions.quote_literal(type) }})
{%- endmacro %}


{#- A whole number of 64 bits; null where the value is not one. -#}
{% macro cast_bigint(column) -%}
    {{ sessions.try_cast(column, dbt.type_bigint()) }}
{%- endmacro %}


{#- An amount of money with six decimals, rounded to them; null where the value is not one. -#}
{% macro cast_money(column) -%}
    {{ sessions.try_cast(column, 'decimal(20, 6)') }}
{%- endmacro %}


{#- The same of a text or number of any type, on engines too whose casts fail; null where it
    is no number, and from a hundred trillion on. -#}
{% macro money_or_null(value) -%}
    {%- set number = sessions.as_own_type(value, 'number') -%}
    case
        when abs({{ number }}) < 100000000000000
            then cast({{ number }} as decimal(20, 6))
    end
{%- endmacro %}


{#- Whether two values are equal, or both null. -#}
{% macro is_not_distinct_from(one, other) -%}
    {{ return(adapter.dispatch('is_not_distinct_from', 'sessions')(one, other)) }}
{%- endmacro %}

{% macro default__is_not_distinct_from(one, other) -%}
    ({{ one }} is not distinct from {{ other }})
{%- endmacro %}

{% macro redshift__is_not_distinct_from(one, other) -%}
    ({{ one }} = {{ other }} or ({{ one }} is null and {{ other }} is null))
{%- endmacro %}

{#- Multiplication and division of decimals without losing a cent. -#}


{#- An amount times a rate, with all decimals.

    amount: a decimal(20, 6).
    rate: a decimal(18, 10). -#}
{% macro multiply_money(amount, rate) -%}
    {{ return(adapter.dispatch('multiply_money', 'sessions')(amount, rate)) }}
{%- endmacro %}

{% macro default__multiply_money(amount, rate) -%}
    {{ amount }} * {{ rate }}
{%- endmacro %}

{#- A product is only as wide as the wider factor here, which is too narrow. -#}
{% macro duckdb__multiply_money(amount, rate) -%}
    cast({{ amount }} as decimal(38, 6)) * {{ rate }}
{%- endmacro %}

{% macro clickhouse__multiply_money(amount, rate) -%}
    {{ return(sessions.duckdb__multiply_money(amount, rate)) }}
{%- endmacro %}


{#- An amount divided by a count, rounded to cents, half a cent away from zero.

    amount: a decimal(28, 2).
    count: a whole number above 0, or null. -#}
{% macro divide_money(amount, count) -%}
    {{ return(adapter.dispatch('divide_money', 'sessions')(amount, count)) }}
{%- endmacro %}

{#- Twelve decimals are enough to decide on which side of half a cent a quotient lies. -#}
{% macro default__divide_money(amount, count) -%}
    {{ sessions.rounded_to_cents(
        'cast(' ~ amount ~ ' as decimal(38, 12)) / ' ~ count
    ) }}
{%- endmacro %}

{#- DuckDB divides decimals as floating-point numbers: divide whole cents instead. -#}
{% macro duckdb__divide_money(amount, count) -%}
    cast(
        cast(
            sign({{ amount }}) * (
                (cast(abs({{ amount }}) * 200 as hugeint) + {{ count }})
                // (2 * {{ count }})
            )
            as decimal(36, 0)
        ) * cast(0.01 as decimal(2, 2))
        as decimal(28, 2)
    )
{%- endmacro %}

{#- The type of a quotient has six decimals more than that of the amount. -#}
{% macro spark__divide_money(amount, count) -%}
    {{ sessions.rounded_to_cents(amount ~ ' / ' ~ count) }}
{%- endmacro %}

{#- BigQuery's decimals have nine places after the point. -#}
{% macro bigquery__divide_money(amount, count) -%}
    {{ sessions.rounded_to_cents(amount ~ ' / ' ~ count) }}
{%- endmacro %}


{#- How often one whole number goes into another; exact, whatever a quotient is rounded to.

    number, divisor: decimals without decimal places, not negative; the divisor above 0. -#}
{% macro whole_quotient(number, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient', 'sessions')(number, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(number, divisor) -%}
    cast(
        ({{ number }} - mod({{ number }}, {{ divisor }})) / {{ divisor }}
        as {{ sessions.type_of('decimal(38, 0)') }}
    )
{%- endmacro %}

{#- DuckDB and ClickHouse divide decimals as floating-point numbers, or with fewer digits. -#}
{% macro duckdb__whole_quotient(number, divisor) -%}
    cast(
        cast({{ number }} as hugeint) // cast({{ divisor }} as hugeint) as decimal(38, 0)
    )
{%- endmacro %}

{% macro clickhouse__whole_quotient(number, divisor) -%}
    cast(
        intDiv(
            cast({{ number }} as Nullable(Int256)), cast({{ divisor }} as Nullable(Int256))
        ) as Nullable(Decimal(38, 0))
    )
{%- endmacro %}


{#- A whole number of millionths as a decimal. -#}
{% macro millionths(value) -%}
    {{ return(adapter.dispatch('millionths', 'sessions')(value)) }}
{%- endmacro %}

{% macro default__millionths(value) -%}
    cast(
        cast({{ value }} as decimal(12, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}

{#- ClickHouse parses a literal with a decimal point as a float. -#}
{% macro clickhouse__millionths(value) -%}
    cast(cast({{ value }} as Decimal(28, 6)) / 1000000 as decimal(18, 6))
{%- endmacro %}


{#- One number divided by another as a floating-point number; null where the other is 0. -#}
{% macro safe_divide(numerator, denominator) -%}
    cast({{ numerator }} as {{ sessions.type_double() }})
    / nullif({{ denominator }}, 0)
{%- endmacro %}

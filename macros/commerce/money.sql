{#- Amounts in the reporting currency: decimals throughout, so that sums are exact. -#}


{#- An amount in the reporting currency, or a sum of amounts, with two decimals. -#}
{% macro money(value) -%}
    cast({{ value }} as decimal(28, 2))
{%- endmacro %}


{#- An amount rounded to cents, half a cent away from zero, as on invoices. -#}
{% macro rounded_to_cents(value) -%}
    {{ sessions.money('round(' ~ value ~ ', 2)') }}
{%- endmacro %}


{#- The currency of an amount in upper case: its own, that of its site, or the reporting
    currency if the seed lists none.

    amounts: the relation with the amount and its currency, which may be null.
    sites: the relation of stg_seeds__sites, left-joined, because a site may be missing. -#}
{% macro currency_of(amounts, sites) -%}
    {{ sessions.upper_ascii(
        'coalesce(' ~ amounts ~ '.currency, ' ~ sites ~ '.currency, '
        ~ sessions.quote_literal(sessions.setting('reporting_currency')) ~ ')'
    ) }}
{%- endmacro %}


{#- Whether a row of stg_seeds__exchange_rates holds the rate of a currency on a day.

    currency, day: SQL expressions.
    rates: the alias of the rates. -#}
{% macro is_rate_of(currency, day, rates='rates') -%}
    {{ currency }} = {{ rates }}.currency
    and ({{ rates }}.valid_from is null or {{ rates }}.valid_from <= {{ day }})
    and ({{ rates }}.valid_until is null or {{ day }} < {{ rates }}.valid_until)
{%- endmacro %}


{#- The square of an order's revenue, exact: sums of it do not depend on their order. What
    exceeds a hundred billion counts as that much.

    amount: a decimal(28, 2). -#}
{% macro squared_money(amount) -%}
    {%- set bounded = 'cast(least(abs(' ~ amount ~ '), 99999999999.99) as decimal(13, 2))' -%}
    {{ sessions.multiply_money(bounded, bounded) }}
{%- endmacro %}

{%- set reporting_currency = quote_literal(setting('reporting_currency')) -%}

with

rates_as_written as (

    select
        {{ upper_ascii('currency') }} as currency,
        cast(valid_from as {{ type_of('date') }}) as valid_from,
        rate

    from {{ ref('exchange_rates') }}

),

-- two rates for one day would duplicate orders
rates as (

    select
        currency,
        valid_from,
        max(rate) as rate

    from rates_as_written

    where
        currency != {{ upper_ascii(reporting_currency) }}
        and valid_from is not null
        and rate is not null

    group by currency, valid_from

),

rates_with_next as (

    select
        currency,
        valid_from,
        lead(valid_from) over (
            partition by currency order by valid_from
        ) as valid_until,
        rate

    from rates

    union all

    select
        {{ upper_ascii(reporting_currency) }} as currency,
        cast(null as date) as valid_from,
        cast(null as date) as valid_until,
        cast(1 as {{ type_of('decimal(18, 10)') }}) as rate

)

select * from rates_with_next

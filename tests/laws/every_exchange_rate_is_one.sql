-- Rows of the seed exchange_rates with a rate of 0 or less, and days with two rates of
-- a currency, of which the larger is used. Correct seeds/exchange_rates.csv, then type:
-- dbt build
{{ config(**message_of_law()) }}
with

rates as (

    select
        {{ upper_ascii('currency') }} as currency,
        valid_from,
        rate

    from {{ ref('exchange_rates') }}

)

select
    currency,
    valid_from,
    count(*) as row_count,
    min(rate) as lowest_rate

from rates

group by currency, valid_from

having count(*) > 1 or min(rate) <= 0

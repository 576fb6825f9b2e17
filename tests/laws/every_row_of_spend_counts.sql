-- Rows of raw.ad_spend, and of the seed ad_spend, that count in part or not at all:
-- without a day they are left out, without a cost that is a number only their clicks
-- count, and without an exchange rate the cost adds nothing. A cost below 0 counts as a
-- credit. Where that is wrong, correct it in the seed ad_spend, or load a newer row,
-- then type: dbt build
{{ config(severity='warn', enabled=has_marts('marketing'), **message_of_law()) }}

with

spend as (

    select
        site_id,
        spend_date,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        currency,
        cost,
        loaded_at,
        case
            when spend_date is null then 'no day'
            when cost is null then 'no cost'
            when cost < 0 then 'a cost below 0'
        end as what_is_wrong

    from {{ ref('stg_ad_spend') }}

),

spend_without_rate as (

    select
        site_id,
        spend_date,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        currency,
        cost,
        loaded_at,
        'no exchange rate' as what_is_wrong

    from {{ ref('int_ad_spend') }}

    where
        exchange_rate is null
        and cost is not null

)

select * from spend
where what_is_wrong is not null

union all

select * from spend_without_rate

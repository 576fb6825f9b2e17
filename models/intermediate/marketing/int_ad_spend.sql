{{ config(enabled=has_marts('marketing')) }}
{%- set values = ['currency', 'cost', 'clicks', 'impressions'] %}

with

-- the newest row counts; of several the smallest as text, so that every engine takes
-- the same one
spend_numbered as (

    select
        spend.*,
        row_number() over (
            partition by
                spend.site_id,
                spend.spend_date,
                spend.channel,
                spend.traffic_source,
                spend.traffic_medium,
                spend.traffic_campaign
            order by
                coalesce(spend.loaded_at, {{ min_timestamp() }}) desc,
                {{ text_order('spend', values) }}
        ) as place

    from {{ ref('stg_ad_spend') }} as spend

    where spend.spend_date is not null

),

visits as (

    select
        coalesce({{ lower_ascii('traffic_source') }}, '') as traffic_source,
        coalesce({{ lower_ascii('traffic_medium') }}, '') as traffic_medium,
        coalesce({{ lower_ascii('traffic_campaign') }}, '') as traffic_campaign,
        channel,
        session_count

    from {{ ref('agg_sessions_daily') }}

),

-- a row without a channel takes that of most visits of its campaign, else of its medium
channels_of_campaigns as (

    select
        traffic_source,
        traffic_medium,
        traffic_campaign,
        channel,
        row_number() over (
            partition by traffic_source, traffic_medium, traffic_campaign
            order by sum(session_count) desc, {{ collate_binary('channel') }}
        ) as place

    from visits

    group by traffic_source, traffic_medium, traffic_campaign, channel

),

channels_of_media as (

    select
        traffic_source,
        traffic_medium,
        channel,
        row_number() over (
            partition by traffic_source, traffic_medium
            order by sum(session_count) desc, {{ collate_binary('channel') }}
        ) as place

    from visits

    group by traffic_source, traffic_medium, channel

),

spend_with_channel as (

    select
        spend.site_id,
        spend.spend_date,
        coalesce(spend.channel, campaigns.channel, media.channel, 'Unassigned')
            as channel,
        spend.traffic_source,
        spend.traffic_medium,
        spend.traffic_campaign,
        {{ currency_of('spend', 'sites') }} as currency,
        spend.cost,
        spend.clicks,
        spend.impressions,
        spend.loaded_at

    from spend_numbered as spend
    left join channels_of_campaigns as campaigns
        on
            coalesce(spend.traffic_source, '') = campaigns.traffic_source
            and coalesce(spend.traffic_medium, '') = campaigns.traffic_medium
            and coalesce(spend.traffic_campaign, '') = campaigns.traffic_campaign
            and campaigns.place = 1
    left join channels_of_media as media
        on
            coalesce(spend.traffic_source, '') = media.traffic_source
            and coalesce(spend.traffic_medium, '') = media.traffic_medium
            and media.place = 1
    left join {{ ref('stg_seeds__sites') }} as sites
        on spend.site_id = sites.site_id

    where spend.place = 1

),

spend_converted as (

    select
        spend.*,
        rates.rate as exchange_rate,
        {{ rounded_to_cents(multiply_money('spend.cost', 'rates.rate')) }}
            as converted_cost

    from spend_with_channel as spend
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of('spend.currency', 'spend.spend_date') }}

)

select * from spend_converted

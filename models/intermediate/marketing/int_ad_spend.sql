{{ config(enabled=has_marts('marketing')) }}
{%- set names = ['traffic_source', 'traffic_medium', 'traffic_campaign'] -%}
{%- set values = ['currency', 'cost', 'clicks', 'impressions'] %}

with

-- names are compared without case, as agg_marketing_daily does
spend as (

    select
        coalesce(site_id, 'default') as site_id,
        spend_date,
        {{ lower_ascii('traffic_source') }} as traffic_source,
        {{ lower_ascii('traffic_medium') }} as traffic_medium,
        {{ lower_ascii('traffic_campaign') }} as traffic_campaign,
        channel,
        currency,
        cost,
        clicks,
        impressions,
        loaded_at

    from {{ ref('stg_ad_spend') }}

    where spend_date is not null

),

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
                spend.{{ names | join(', spend.') }}
            order by
                coalesce(spend.loaded_at, {{ min_timestamp() }}) desc,
                {{ text_order('spend', values) }}
        ) as place

    from spend

),

visits as (

    select
        {%- for name in names %}
        coalesce({{ lower_ascii(name) }}, '') as {{ name }},
        {%- endfor %}
        channel,
        session_count

    from {{ ref('agg_sessions_daily') }}

),

-- a row without a channel takes that of most visits of its campaign, else of its medium
{% for grain in [names, names[:2]] -%}
channels_of_{{ ['campaigns', 'media'][loop.index0] }} as (

    select
        {{ grain | join(', ') }},
        channel,
        row_number() over (
            partition by {{ grain | join(', ') }}
            order by sum(session_count) desc, {{ collate_binary('channel') }}
        ) as place

    from visits

    group by {{ grain | join(', ') }}, channel

),

{% endfor -%}
spend_with_channel as (

    select
        spend.site_id,
        spend.spend_date,
        coalesce(spend.channel, campaigns.channel, media.channel, 'Unassigned')
            as channel,
        spend.traffic_source,
        spend.traffic_medium,
        spend.traffic_campaign,
        {{ upper_ascii(
            'coalesce(spend.currency, sites.currency, '
            ~ quote_literal(setting('reporting_currency')) ~ ')'
        ) }} as currency,
        spend.cost,
        spend.clicks,
        spend.impressions,
        spend.loaded_at

    from spend_numbered as spend
    left join channels_of_campaigns as campaigns
        on
            {% for name in names -%}
            coalesce(spend.{{ name }}, '') = campaigns.{{ name }}
            and {% endfor -%}
            campaigns.place = 1
    left join channels_of_media as media
        on
            {% for name in names[:2] -%}
            coalesce(spend.{{ name }}, '') = media.{{ name }}
            and {% endfor -%}
            media.place = 1
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

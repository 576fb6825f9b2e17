-- Campaigns of a site that have spend and not one visit, or visits and no spend. Their
-- tags may be missing or spelled otherwise than in ad_spend, or their costs not loaded.
-- Visits without spend are named if their channel has spend at the site, and from its
-- first day of spend to the last. Spell both alike, then type: dbt build
{{ config(severity='warn', enabled=has_marts('marketing'), **message_of_law()) }}

with

activities as (

    select
        *,
        min(case when cost is not null then activity_date end)
            over (partition by site_id) as first_spend_date,
        max(case when cost is not null then activity_date end)
            over (partition by site_id) as last_spend_date,
        count(cost) over (partition by site_id, channel) as spend_count_of_channel

    from {{ ref('agg_marketing_daily') }}

),

campaigns as (

    select
        site_id,
        channel,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        count(cost) as days_with_spend,
        sum(cost) as cost,
        sum(session_count) as session_count,
        sum(
            case
                when activity_date between first_spend_date and last_spend_date
                    then session_count
                else 0
            end
        ) as session_count_while_spending,
        min(activity_date) as first_date,
        max(activity_date) as last_date

    from activities

    where spend_count_of_channel > 0

    group by site_id, channel, traffic_source, traffic_medium, traffic_campaign

)

select
    site_id,
    channel,
    traffic_source,
    traffic_medium,
    traffic_campaign,
    cost,
    session_count,
    first_date,
    last_date,
    case
        when session_count = 0 then 'spend without visits'
        else 'visits without spend'
    end as what_is_wrong

from campaigns

where
    (days_with_spend > 0 and session_count = 0)
    or (days_with_spend = 0 and session_count_while_spending > 0)

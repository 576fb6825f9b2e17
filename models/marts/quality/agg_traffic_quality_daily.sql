{{ config(enabled=has_marts('quality'), **rebuilt_each_run()) }}
{%- do also_depends_on(['int_builds']) %}

with

traffic as (

    select * from {{ ref('int_traffic_daily') }}

),

baselines as (

    select * from {{ ref('int_traffic_baselines') }}

),

traffic_compared as (

    select
        traffic.site_id,
        traffic.session_date,
        traffic.is_newest_day,
        traffic.channel,
        traffic.device_category,

        ---------- what came
        cast(traffic.session_count as bigint) as session_count,
        cast(traffic.visitor_count as bigint) as visitor_count,
        cast(traffic.engaged_session_count as bigint) as engaged_session_count,
        cast(traffic.converted_session_count as bigint) as converted_session_count,
        cast(traffic.order_count as bigint) as order_count,
        cast(traffic.valued_order_count as bigint) as valued_order_count,
        cast(traffic.revenue as decimal(28, 2)) as revenue,

        ---------- what it was worth
        {{ safe_divide('traffic.engaged_session_count', 'traffic.session_count') }}
            as engagement_rate,
        {{ safe_divide('traffic.converted_session_count', 'traffic.session_count') }}
            as conversion_rate,
        {{ safe_divide('traffic.revenue', 'traffic.valued_order_count') }}
            as average_order_value,
        {{ safe_divide('traffic.revenue', 'traffic.session_count') }}
            as revenue_per_session,
        {{ safe_divide('traffic.revenue', 'traffic.visitor_count') }}
            as revenue_per_visitor,

        ---------- the same weekday before
        cast(coalesce(baselines.baseline_day_count, 0) as bigint)
            as baseline_day_count,
        baselines.baseline_session_count,
        baselines.baseline_session_deviation,
        baselines.baseline_engagement_rate,
        baselines.baseline_conversion_rate,
        baselines.baseline_average_order_value,
        baselines.baseline_revenue_per_visitor,

        ---------- bounds of chance for the differences
        traffic.squared_revenue,
        baselines.compared_session_count,
        baselines.compared_converted_session_count,
        baselines.compared_order_count,
        baselines.compared_revenue,
        baselines.compared_squared_revenue

    from traffic
    left join baselines
        on
            traffic.site_id = baselines.site_id
            and traffic.session_date = baselines.session_date
            and traffic.channel = baselines.channel
            and traffic.device_category = baselines.device_category

),

traffic_with_intervals as (

    select
        *,
        {{ conversion_change_bound(-1) }} as conversion_rate_change_low,
        {{ conversion_change_bound(1) }} as conversion_rate_change_high,
        {{ order_value_change_bound(-1) }} as average_order_value_change_low,
        {{ order_value_change_bound(1) }} as average_order_value_change_high

    from traffic_compared

),

traffic_judged as (

    select
        *,
        case
            when is_newest_day then 'day not over'
            when baseline_day_count < {{ setting('quality_baseline_days') }}
                then 'no baseline'
            when {{ is_bot_like_spike() }} then 'bot-like spike'
            when {{ scales_with_quality() }} then 'scaling with quality'
            when {{ is_worth_less() }} then 'more visits, less worth'
            when {{ has_more_sessions() }} then 'more visits, worth unclear'
            when {{ has_fewer_sessions() }} then 'fading'
            else 'steady'
        end as verdict

    from traffic_with_intervals

)

select
    site_id,
    session_date,
    channel,
    device_category,
    session_count,
    visitor_count,
    engaged_session_count,
    converted_session_count,
    order_count,
    valued_order_count,
    revenue,
    engagement_rate,
    conversion_rate,
    average_order_value,
    revenue_per_session,
    revenue_per_visitor,
    baseline_day_count,
    baseline_session_count,
    baseline_session_deviation,
    baseline_engagement_rate,
    baseline_conversion_rate,
    baseline_average_order_value,
    baseline_revenue_per_visitor,
    conversion_rate_change_low,
    conversion_rate_change_high,
    average_order_value_change_low,
    average_order_value_change_high,
    verdict

from traffic_judged

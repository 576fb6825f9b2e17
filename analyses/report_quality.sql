-- The verdict on each day of a channel and device, compared with the same weekdays
-- before.
{{ config(enabled=has_marts('quality')) }}
with

quality as (

    select * from {{ ref('agg_traffic_quality_daily') }}

    where session_date >= {{ report_from() }}

),

verdicts as (

    select
        site_id,
        session_date,
        channel,
        device_category,
        verdict,
        session_count,
        baseline_session_count,
        conversion_rate,
        baseline_conversion_rate,
        conversion_rate_change_low,
        conversion_rate_change_high,
        average_order_value,
        baseline_average_order_value,
        average_order_value_change_low,
        average_order_value_change_high,
        revenue_per_visitor,
        baseline_revenue_per_visitor

    from quality

)

select * from verdicts
order by site_id, session_date, channel, device_category

{{ config(enabled=has_marts('quality')) }}

with

traffic as (

    select * from {{ ref('int_traffic_daily') }}

),

days as (

    {{ numbers_between(1, 28, 'day_number') | indent(4) }}

),

-- counts are compared with the same weekday, a Monday with Mondays; worth is compared
-- with all 28 days, because four Mondays of a channel hold few orders
days_before as (

    select
        traffic.*,
        {{ date_add('days.day_number', 'traffic.session_date') }} as compared_date,
        mod(days.day_number, 7) as weekday_number

    from traffic
    cross join days

),

days_before_by_size as (

    select
        *,
        row_number() over (
            partition by
                site_id, compared_date, channel, device_category, weekday_number
            order by session_count
        ) as place,
        count(*) over (
            partition by
                site_id, compared_date, channel, device_category, weekday_number
        ) as day_count,
        abs(
            session_count - lag(session_count) over (
                partition by
                    site_id, compared_date, channel, device_category, weekday_number
                order by session_date
            )
        ) as change_of_week

    from days_before

),

days_before_by_change as (

    select
        *,
        row_number() over (
            partition by site_id, compared_date, channel, device_category
            order by
                case when change_of_week is null then 1 else 0 end, change_of_week
        ) as change_place,
        count(change_of_week) over (
            partition by site_id, compared_date, channel, device_category
        ) as change_count

    from days_before_by_size

),

-- ratios of sums, because an average of ratios weighs a quiet day like a busy one
baselines as (

    select
        site_id,
        compared_date as session_date,
        channel,
        device_category,
        count(case when weekday_number = 0 then 1 end) as baseline_day_count,
        avg(
            case when weekday_number = 0 then {{ median_element(
                'session_count', 'place', 'day_count'
            ) }} end
        ) as baseline_session_count,
        -- as large as a standard deviation, were the days spread normally
        1.0484 * coalesce(
            avg({{ median_element('change_of_week', 'change_place', 'change_count') }}),
            0
        ) as baseline_session_deviation,
        {{ safe_divide('sum(engaged_session_count)', 'sum(session_count)') }}
            as baseline_engagement_rate,
        {{ safe_divide('sum(converted_session_count)', 'sum(session_count)') }}
            as baseline_conversion_rate,
        {{ safe_divide('sum(revenue)', 'sum(valued_order_count)') }}
            as baseline_average_order_value,
        {{ safe_divide('sum(revenue)', 'sum(visitor_count)') }}
            as baseline_revenue_per_visitor,
        sum(session_count) as compared_session_count,
        sum(converted_session_count) as compared_converted_session_count,
        sum(valued_order_count) as compared_order_count,
        sum(revenue) as compared_revenue,
        sum(squared_revenue) as compared_squared_revenue

    from days_before_by_change

    group by site_id, compared_date, channel, device_category

    having count(case when weekday_number = 0 then 1 end) > 0

)

select * from baselines

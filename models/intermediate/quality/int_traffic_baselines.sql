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
        days.day_number in (7, 14, 21, 28) as is_same_weekday

    from traffic
    cross join days

),

days_before_by_size as (

    select
        *,
        row_number() over (
            partition by
                site_id, compared_date, channel, device_category, is_same_weekday
            order by session_count
        ) as place,
        count(*) over (
            partition by
                site_id, compared_date, channel, device_category, is_same_weekday
        ) as day_count

    from days_before

),

days_before_with_median as (

    select
        *,
        avg({{ median_element('session_count', 'place', 'day_count') }}) over (
            partition by
                site_id, compared_date, channel, device_category, is_same_weekday
        ) as median_session_count

    from days_before_by_size

),

days_before_by_distance as (

    select
        *,
        abs(session_count - median_session_count) as distance,
        row_number() over (
            partition by
                site_id, compared_date, channel, device_category, is_same_weekday
            order by abs(session_count - median_session_count)
        ) as distance_place

    from days_before_with_median

),

-- ratios of sums, because an average of ratios weighs a quiet day like a busy one
baselines as (

    select
        site_id,
        compared_date as session_date,
        channel,
        device_category,
        count(case when is_same_weekday then 1 end) as baseline_day_count,
        max(case when is_same_weekday then median_session_count end)
            as baseline_session_count,
        -- as large as a standard deviation, were the days spread normally
        1.4826 * avg(
            case when is_same_weekday then {{ median_element(
                'distance', 'distance_place', 'day_count'
            ) }} end
        ) as baseline_session_deviation,
        {{ safe_divide('sum(engaged_session_count)', 'sum(session_count)') }}
            as baseline_engagement_rate,
        {{ safe_divide('sum(converted_session_count)', 'sum(session_count)') }}
            as baseline_conversion_rate,
        {{ safe_divide('sum(revenue)', 'sum(valued_order_count)') }}
            as baseline_average_order_value,
        {{ safe_divide('sum(revenue)', 'sum(visitor_count)') }}
            as baseline_revenue_per_visitor

    from days_before_by_distance

    group by site_id, compared_date, channel, device_category

    having count(case when is_same_weekday then 1 end) > 0

)

select * from baselines

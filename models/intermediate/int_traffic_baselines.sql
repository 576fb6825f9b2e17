with

traffic as (

    select * from {{ ref('int_traffic_daily') }}

),

weeks as (
    {% for number in [1, 2, 3, 4] %}
    select {{ number }} as week_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a Monday is compared with Mondays
days_before as (

    select
        weeks.week_number,
        traffic.*,
        {{ day_after('7 * weeks.week_number', 'traffic.session_date') }}
            as compared_date

    from traffic
    cross join weeks

),

days_before_by_size as (

    select
        *,
        row_number() over (
            partition by site_id, compared_date, channel, device_category
            order by session_count
        ) as place,
        count(*) over (
            partition by site_id, compared_date, channel, device_category
        ) as day_count

    from days_before

),

days_before_with_median as (

    select
        *,
        avg({{ if_in_the_middle('session_count', 'place', 'day_count') }}) over (
            partition by site_id, compared_date, channel, device_category
        ) as median_session_count

    from days_before_by_size

),

days_before_by_distance as (

    select
        *,
        abs(session_count - median_session_count) as distance,
        row_number() over (
            partition by site_id, compared_date, channel, device_category
            order by abs(session_count - median_session_count)
        ) as distance_place

    from days_before_with_median

),

-- ratios are of sums, for an average of ratios weighs a quiet day like a busy one
baselines as (

    select
        site_id,
        compared_date as session_date,
        channel,
        device_category,
        count(*) as baseline_day_count,
        max(median_session_count) as baseline_session_count,
        -- as large as a standard deviation, were the days spread normally
        1.4826 * avg({{ if_in_the_middle('distance', 'distance_place', 'day_count') }})
            as baseline_session_deviation,
        {{ ratio('sum(engaged_session_count)', 'sum(session_count)') }}
            as baseline_engagement_rate,
        {{ ratio('sum(converted_session_count)', 'sum(session_count)') }}
            as baseline_conversion_rate,
        {{ ratio('sum(revenue)', 'sum(order_count)') }} as baseline_average_order_value,
        {{ ratio('sum(revenue)', 'sum(visitor_count)') }}
            as baseline_revenue_per_visitor

    from days_before_by_distance

    group by site_id, compared_date, channel, device_category

)

select * from baselines

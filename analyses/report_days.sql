-- Each day, each kind of day, and all days together. A visitor counts once in each, so
-- visitors do not add up. Kinds of days have no session_date. A day stands out when the
-- surplus of the channels and devices with more sessions than usual is at least a
-- quarter of the usual sessions of all; without the marts of quality no day stands out.
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    where session_date >= {{ report_from() }}

),

days as (
    {% if has_marts('quality') %}
    select
        session_date,
        sum(
            case
                when verdict in (
                    'scaling with quality', 'more visits, less worth',
                    'more visits, worth unclear', 'bot-like spike'
                ) then session_count - baseline_session_count
            end
        ) as surplus_session_count,
        sum(baseline_session_count) as usual_session_count,
        min(case when verdict = 'day not over' then 1 else 0 end) as is_open

    from {{ ref('agg_traffic_quality_daily') }}

    where session_date >= {{ report_from() }}

    group by session_date
    {% else %}
    select
        session_date,
        null as surplus_session_count,
        null as usual_session_count,
        0 as is_open

    from sessions

    group by session_date
    {% endif %}
),

days_by_kind as (

    select
        session_date,
        usual_session_count,
        case
            when is_open = 1 then 'not over'
            when surplus_session_count >= 0.25 * usual_session_count then 'stands out'
            else 'other'
        end as day_kind

    from days

),

sessions_with_kind as (

    select
        sessions.session_date,
        kinds.day_kind,
        kinds.usual_session_count,
        sessions.site_id || ' ' || sessions.visitor_id as visitor,
        sessions.order_count,
        sessions.valued_order_count,
        sessions.revenue,
        sessions.refunded_revenue

    from sessions
    inner join days_by_kind as kinds
        on sessions.session_date = kinds.session_date

),

-- a session counts for its day, for its kind of day, and for all days
sessions_in_periods as (

    select
        session_date as counted_date,
        day_kind as counted_kind,
        *

    from sessions_with_kind

    union all

    select
        cast(null as date) as counted_date,
        day_kind as counted_kind,
        *

    from sessions_with_kind

    union all

    select
        cast(null as date) as counted_date,
        'all' as counted_kind,
        *

    from sessions_with_kind

),

periods as (

    select
        counted_date as session_date,
        counted_kind as day_kind,
        count(distinct session_date) as day_count,
        min(usual_session_count) as usual_session_count,
        count(*) as session_count,
        count(distinct visitor) as visitor_count,
        count(case when order_count > 0 then 1 end) as converted_session_count,
        sum(order_count) as order_count,
        sum(valued_order_count) as valued_order_count,
        sum(revenue) as revenue,
        sum(refunded_revenue) as refunded_revenue

    from sessions_in_periods

    group by counted_date, counted_kind

)

select * from periods
order by session_date, day_kind

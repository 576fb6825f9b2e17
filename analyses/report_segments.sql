-- Sessions, visitors, orders and revenue per channel, and per device category. A
-- visitor of two channels counts in both.
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    where session_date >= {{ report_from() }}

),

sessions_in_segments as (

    select
        'channel' as segment_kind,
        channel as segment,
        *

    from sessions

    union all

    select
        'device' as segment_kind,
        device_category as segment,
        *

    from sessions

),

segments as (

    select
        segment_kind,
        segment,
        count(*) as session_count,
        count(distinct site_id || ' ' || visitor_id) as visitor_count,
        count(case when is_engaged then 1 end) as engaged_session_count,
        count(case when order_count > 0 then 1 end) as converted_session_count,
        sum(order_count) as order_count,
        sum(valued_order_count) as valued_order_count,
        sum(revenue) as revenue,
        sum(refunded_revenue) as refunded_revenue

    from sessions_in_segments

    group by segment_kind, segment

)

select * from segments
order by segment_kind asc, session_count desc, segment asc

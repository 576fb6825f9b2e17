with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

visitors as (

    select
        site_id,
        visitor_id,
        min(session_date) as first_session_date

    from sessions

    group by site_id, visitor_id

),

sessions_in_cohorts as (

    select
        sessions.site_id,
        {{ week_start('visitors.first_session_date') }} as cohort_week,
        {{ datediff_days(
            week_start('visitors.first_session_date'), week_start('sessions.session_date')
        ) }} / 7 as weeks_since,
        sessions.visitor_id,
        sessions.order_count,
        sessions.revenue,
        sessions.net_revenue

    from sessions
    inner join visitors
        on
            sessions.site_id = visitors.site_id
            and sessions.visitor_id = visitors.visitor_id

),

cohorts as (

    select
        site_id,
        cohort_week,
        count(distinct visitor_id) as cohort_visitor_count

    from sessions_in_cohorts

    group by site_id, cohort_week

),

cohorts_by_week as (

    select
        sessions.site_id,
        sessions.cohort_week,
        cast(sessions.weeks_since as bigint) as weeks_since,
        cast(max(cohorts.cohort_visitor_count) as bigint)
            as cohort_visitor_count,
        cast(count(distinct sessions.visitor_id) as bigint)
            as visitor_count,
        cast(count(*) as bigint) as session_count,
        cast(sum(sessions.order_count) as bigint) as order_count,
        cast(sum(sessions.revenue) as decimal(28, 2)) as revenue,
        cast(sum(sessions.net_revenue) as decimal(28, 2)) as net_revenue

    from sessions_in_cohorts as sessions
    inner join cohorts
        on
            sessions.site_id = cohorts.site_id
            and sessions.cohort_week = cohorts.cohort_week

    group by sessions.site_id, sessions.cohort_week, sessions.weeks_since

)

select * from cohorts_by_week

-- Cohorts of visitors by the week of their first session, and how many returned in each
-- week after it.
with

cohorts as (

    select * from {{ ref('agg_visitor_cohorts') }}

    where cohort_week >= {{ report_from() }}

),

-- all visitors of a cohort have a session in its first week
cohorts_by_week as (

    select
        cohort_week,
        weeks_since,
        first_value(sum(visitor_count))
            over (partition by cohort_week order by weeks_since)
            as cohort_visitor_count,
        sum(visitor_count) as visitor_count,
        sum(order_count) as order_count,
        sum(revenue) as revenue

    from cohorts

    group by cohort_week, weeks_since

)

select * from cohorts_by_week
order by cohort_week, weeks_since

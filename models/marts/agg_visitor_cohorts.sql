{{ config(partition_and_cluster_by('cohort_week')) }}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

cohorts as (

    {{ cohorts_by('week') }}

)

select
    site_id,
    cohort as cohort_week,
    cast(units_since as bigint) as weeks_since,
    first_channel,
    cast(cohort_visitor_count as bigint) as cohort_visitor_count,
    cast(channel_visitor_count as bigint) as channel_visitor_count,
    cast(visitor_count as bigint) as visitor_count,
    cast(session_count as bigint) as session_count,
    cast(order_count as bigint) as order_count,
    cast(revenue as decimal(28, 2)) as revenue,
    cast(net_revenue as decimal(28, 2)) as net_revenue

from cohorts

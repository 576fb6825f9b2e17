{{ config(partition_and_cluster_by('cohort_month')) }}

{% if is_incremental() -%}
-- depends_on: {{ ref('int_events_sessionized') }}, {{ ref('int_builds') }}
{% endif %}
with

visitors as (

    select
        site_id,
        visitor_id,
        first_channel,
        {{ month_start('first_session_date') }} as cohort_month

    from {{ ref('dim_visitors') }}

),

-- a late event may move its visitor to another cohort, with all later sessions
sessions as (

    select
        *,
        {{ month_start('session_date') }} as session_month

    from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where session_date >= ({{ first_affected_cohort_unit('month') }})
    {% endif %}

),

channels_of_cohorts as (

    select
        site_id,
        cohort_month,
        first_channel,
        count(*) as channel_visitor_count,
        sum(count(*)) over (partition by site_id, cohort_month) as cohort_visitor_count

    from visitors

    group by site_id, cohort_month, first_channel

),

cohorts_by_month as (

    select
        sessions.site_id,
        visitors.cohort_month,
        visitors.first_channel,
        cast(
            {{ datediff_months('visitors.cohort_month', 'sessions.session_month') }}
            as bigint
        ) as months_since,
        cast(count(distinct sessions.visitor_id) as bigint) as visitor_count,
        cast(count(*) as bigint) as session_count,
        cast(sum(sessions.order_count) as bigint) as order_count,
        cast(sum(sessions.revenue) as decimal(28, 2)) as revenue,
        cast(sum(sessions.net_revenue) as decimal(28, 2)) as net_revenue

    from visitors
    inner join sessions
        on
            visitors.site_id = sessions.site_id
            and visitors.visitor_id = sessions.visitor_id

    group by
        sessions.site_id,
        visitors.cohort_month,
        visitors.first_channel,
        sessions.session_month

)

select
    cohorts_by_month.site_id,
    cohorts_by_month.cohort_month,
    cohorts_by_month.months_since,
    cohorts_by_month.first_channel,
    cast(cohorts.cohort_visitor_count as bigint) as cohort_visitor_count,
    cast(cohorts.channel_visitor_count as bigint) as channel_visitor_count,
    cohorts_by_month.visitor_count,
    cohorts_by_month.session_count,
    cohorts_by_month.order_count,
    cohorts_by_month.revenue,
    cohorts_by_month.net_revenue

from cohorts_by_month
inner join channels_of_cohorts as cohorts
    on
        cohorts_by_month.site_id = cohorts.site_id
        and cohorts_by_month.cohort_month = cohorts.cohort_month
        and cohorts_by_month.first_channel = cohorts.first_channel

{{ config(partition_and_cluster_by('cohort_week')) }}

{% if is_incremental() -%}
-- depends_on: {{ ref('int_events_sessionized') }}, {{ ref('int_builds') }}
{% endif %}
with

visitors as (

    select
        site_id,
        visitor_id,
        first_channel,
        {{ week_start('first_session_date') }} as cohort_week

    from {{ ref('dim_visitors') }}

),

-- a late event may move its visitor to another cohort, with all later sessions
sessions as (

    select
        *,
        {{ week_start('session_date') }} as session_week

    from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where session_date >= ({{ first_affected_cohort_unit('week') }})
    {% endif %}

),

channels_of_cohorts as (

    select
        site_id,
        cohort_week,
        first_channel,
        count(*) as channel_visitor_count,
        sum(count(*)) over (partition by site_id, cohort_week) as cohort_visitor_count

    from visitors

    group by site_id, cohort_week, first_channel

),

cohorts_by_week as (

    select
        sessions.site_id,
        visitors.cohort_week,
        visitors.first_channel,
        cast(
            {{ datediff_days('visitors.cohort_week', 'sessions.session_week') }} / 7
            as bigint
        ) as weeks_since,
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
        visitors.cohort_week,
        visitors.first_channel,
        sessions.session_week

)

select
    cohorts_by_week.site_id,
    cohorts_by_week.cohort_week,
    cohorts_by_week.weeks_since,
    cohorts_by_week.first_channel,
    cast(cohorts.cohort_visitor_count as bigint) as cohort_visitor_count,
    cast(cohorts.channel_visitor_count as bigint) as channel_visitor_count,
    cohorts_by_week.visitor_count,
    cohorts_by_week.session_count,
    cohorts_by_week.order_count,
    cohorts_by_week.revenue,
    cohorts_by_week.net_revenue

from cohorts_by_week
inner join channels_of_cohorts as cohorts
    on
        cohorts_by_week.site_id = cohorts.site_id
        and cohorts_by_week.cohort_week = cohorts.cohort_week
        and cohorts_by_week.first_channel = cohorts.first_channel

{{ config(partition_and_cluster_by('session_date')) }}
{%- set grain = grain_of('agg_sessions_daily') | join(',\n        ') %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

sessions as (

    select * from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where {{ is_on_affected_day('agg_sessions_daily') }}
    {% endif %}

),

sessions_counted as (

    select
        {{ grain }},
        cast(count(*) as bigint) as session_count,
        cast(count(case when is_first_session then 1 end) as bigint)
            as first_session_count,
        cast(count(case when is_engaged then 1 end) as bigint)
            as engaged_session_count,
        cast(count(case when is_bounce then 1 end) as bigint)
            as bounce_count,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(page_view_count) as bigint) as page_view_count,
        cast(sum(duration_seconds) as decimal(28, 6)) as duration_seconds,
        cast(count(case when order_count > 0 then 1 end) as bigint)
            as converted_session_count,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(valued_order_count) as bigint) as valued_order_count,
        cast(sum(revenue) as decimal(28, 2)) as revenue,
        cast(sum(refunded_revenue) as decimal(28, 2)) as refunded_revenue,
        cast(sum(net_revenue) as decimal(28, 2)) as net_revenue

    from sessions

    group by
        {{ grain }}

)

select * from sessions_counted

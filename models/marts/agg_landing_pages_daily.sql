{{ config(partition_and_cluster_by('session_date')) }}
{%- set grain = grain_of('agg_landing_pages_daily') | join(',\n        ') %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

sessions as (

    select * from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where {{ is_on_affected_day('agg_landing_pages_daily') }}
    {% endif %}

),

landings_counted as (

    select
        {{ grain }},
        cast(count(*) as bigint) as session_count,
        cast(count(case when is_bounce then 1 end) as bigint)
            as bounce_count,
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

select * from landings_counted

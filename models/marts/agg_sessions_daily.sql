{{ config(
    materialized='incremental',
    incremental_strategy='replace_scope',
    meta={'built_from': 'fct_sessions'},
    **laid_out_by('session_date')
) }}
{%- set grain = grain_of('agg_sessions_daily') | join(',\n        ') -%}
{%- set is_needed = (
    is_on_pending_day('int_session_days_pending') if built('agg_sessions_daily') else 'true'
) %}

{% if built('agg_sessions_daily') -%}
-- depends_on: {{ ref('int_events_sessionized') }}, {{ ref('int_builds_current') }}
{% endif %}
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    where {{ is_needed }}

),

sessions_counted as (

    select
        {{ grain }},
        cast(count(*) as {{ dbt.type_bigint() }}) as session_count,
        cast(count(case when is_first_session then 1 end) as {{ dbt.type_bigint() }})
            as first_session_count,
        cast(count(case when is_engaged then 1 end) as {{ dbt.type_bigint() }})
            as engaged_session_count,
        cast(count(case when is_bounce then 1 end) as {{ dbt.type_bigint() }})
            as bounce_count,
        cast(sum(event_count) as {{ dbt.type_bigint() }}) as event_count,
        cast(sum(page_view_count) as {{ dbt.type_bigint() }}) as page_view_count,
        cast(sum(duration_seconds) as decimal(28, 6)) as duration_seconds,
        cast(count(case when order_count > 0 then 1 end) as {{ dbt.type_bigint() }})
            as converted_session_count,
        cast(sum(order_count) as {{ dbt.type_bigint() }}) as order_count,
        {{ money('sum(revenue)') }} as revenue,
        {{ money('sum(refunded_revenue)') }} as refunded_revenue,
        {{ money('sum(net_revenue)') }} as net_revenue

    from sessions

    group by
        {{ grain }}

)

select * from sessions_counted

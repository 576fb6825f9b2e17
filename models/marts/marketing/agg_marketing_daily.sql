{{ config(enabled=has_marts('marketing'), **rebuilt_each_run()) }}
{%- set models = attribution_models() -%}
{%- set ratios_by = setting('marketing_model') %}
{%- do also_depends_on(['int_builds']) %}

with

-- sessions and spend count on their own day, orders on the day of the order
activities as (

    select
        site_id,
        session_date as activity_date,
        channel,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        session_count,
        first_session_count as new_visitor_count,
        {%- for model in models %}
        cast(0 as decimal(18, 6)) as {{ model }}_order_count,
        {{ money(0) }} as {{ model }}_revenue,
        {%- endfor %}
        cast(0 as decimal(18, 6)) as new_customer_count,
        {{ money('null') }} as cost,
        cast(null as bigint) as clicks,
        cast(null as bigint) as impressions
    from {{ ref('agg_sessions_daily') }}

    union all

    select
        site_id,
        order_date as activity_date,
        channel,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        0 as session_count,
        0 as new_visitor_count,
        {%- for model in models %}
        {{ model }}_share as {{ model }}_order_count,
        {{ model }}_revenue,
        {%- endfor %}
        case when is_first_order then {{ ratios_by }}_share else 0 end
            as new_customer_count,
        null as cost,
        null as clicks,
        null as impressions
    from {{ ref('fct_touchpoints') }}

    union all

    -- an order without a session has no known source
    select
        site_id,
        order_date as activity_date,
        '(unattributed)' as channel,
        null as traffic_source,
        null as traffic_medium,
        null as traffic_campaign,
        0 as session_count,
        0 as new_visitor_count,
        {%- for model in models %}
        1 as {{ model }}_order_count,
        revenue as {{ model }}_revenue,
        {%- endfor %}
        0 as new_customer_count,
        null as cost,
        null as clicks,
        null as impressions
    from {{ ref('fct_orders') }}
    where
        session_id is null
        and has_purchase

    union all

    select
        site_id,
        spend_date as activity_date,
        channel,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        0 as session_count,
        0 as new_visitor_count,
        {%- for model in models %}
        0 as {{ model }}_order_count,
        0 as {{ model }}_revenue,
        {%- endfor %}
        0 as new_customer_count,
        converted_cost as cost,
        clicks,
        impressions
    from {{ ref('int_ad_spend') }}

),

activities_summed as (

    select
        site_id,
        activity_date,
        channel,
        {{ lower_ascii('traffic_source') }} as traffic_source,
        {{ lower_ascii('traffic_medium') }} as traffic_medium,
        {{ lower_ascii('traffic_campaign') }} as traffic_campaign,
        cast(sum(session_count) as bigint) as session_count,
        cast(sum(new_visitor_count) as bigint) as new_visitor_count,
        {%- for model in models %}
        cast(sum({{ model }}_order_count) as decimal(28, 6)) as {{ model }}_order_count,
        {{ money('sum(coalesce(' ~ model ~ '_revenue, 0))') }} as {{ model }}_revenue,
        {%- endfor %}
        cast(sum(new_customer_count) as decimal(28, 6)) as new_customer_count,
        {{ money('sum(cost)') }} as cost,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(impressions) as bigint) as impressions

    from activities

    group by
        site_id,
        activity_date,
        channel,
        {{ lower_ascii('traffic_source') }},
        {{ lower_ascii('traffic_medium') }},
        {{ lower_ascii('traffic_campaign') }}

)

select
    *,
    {{ safe_divide('cost', 'session_count') }} as cost_per_session,
    {{ safe_divide('cost', ratios_by ~ '_order_count') }} as cost_per_order,
    {{ safe_divide('cost', 'new_customer_count') }} as cost_per_new_customer,
    {{ safe_divide(ratios_by ~ '_revenue', 'cost') }} as return_on_ad_spend

from activities_summed

{{ config(enabled=has_marts('marketing'), **rebuilt_each_run()) }}
{%- set models = attribution_models() -%}
{%- set ratios_by = setting('marketing_model') -%}
{%- set names = ['traffic_source', 'traffic_medium', 'traffic_campaign'] -%}
{%- set grain = ['site_id', 'activity_date', 'channel'] + names %}

{% if is_incremental() -%}
-- depends_on: {{ ref('int_builds') }}
{% endif %}
with

-- sessions and spend count on their own day, orders on the day of the order
sessions as (

    select
        site_id,
        session_date as activity_date,
        channel,
        {%- for name in names %}
        {{ lower_ascii(name) }} as {{ name }},
        {%- endfor %}
        session_count,
        first_session_count
    from {{ ref('agg_sessions_daily') }}

),

touchpoints as (

    select
        site_id,
        order_date as activity_date,
        channel,
        {%- for name in names %}
        {{ lower_ascii(name) }} as {{ name }},
        {%- endfor %}
        {%- for model in models %}
        {{ model }}_share,
        {{ model }}_revenue,
        {%- endfor %}
        case when is_first_order then {{ ratios_by }}_share else 0 end
            as new_customer_share
    from {{ ref('fct_touchpoints') }}

),

activities as (

    select
        {{ grain | join(', ') }},
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
    from sessions

    union all

    select
        {{ grain | join(', ') }},
        0 as session_count,
        0 as new_visitor_count,
        {%- for model in models %}
        {{ model }}_share as {{ model }}_order_count,
        {{ model }}_revenue,
        {%- endfor %}
        new_customer_share as new_customer_count,
        null as cost,
        null as clicks,
        null as impressions
    from touchpoints

    union all

    -- nobody knows what brought an order that is in no session
    select
        site_id,
        order_date as activity_date,
        '(unattributed)' as channel,
        {%- for name in names %}
        null as {{ name }},
        {%- endfor %}
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
        {{ names | join(', ') }},
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
        {{ grain | join(', ') }},
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

    group by {{ grain | join(', ') }}

)

select
    *,
    {{ safe_divide('cost', 'session_count') }} as cost_per_session,
    {{ safe_divide('cost', ratios_by ~ '_order_count') }} as cost_per_order,
    {{ safe_divide('cost', 'new_customer_count') }} as cost_per_new_customer,
    {{ safe_divide(ratios_by ~ '_revenue', 'cost') }} as return_on_ad_spend

from activities_summed

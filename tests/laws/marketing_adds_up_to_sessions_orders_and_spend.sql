-- Sites whose sums in agg_marketing_daily are others than those of sessions, of orders
-- under one of the models, or of spend. Where rows were changed by hand or restored in
-- part, type: dbt build --full-refresh. If it fails again, a model is wrong.
{{ config(enabled=has_marts('marketing'), **message_of_law()) }}

with

sums as (

    select
        site_id,
        'agg_marketing_daily' as relation,
        sum(session_count) as session_count,
        sum(new_visitor_count) as new_visitor_count,
        {%- for model in attribution_models() %}
        sum({{ model }}_order_count) as {{ model }}_order_count,
        sum({{ model }}_revenue) as {{ model }}_revenue,
        {%- endfor %}
        coalesce(sum(cost), 0) as cost

    from {{ ref('agg_marketing_daily') }}

    group by site_id

),

rows_of_others as (

    select
        site_id,
        session_count,
        first_session_count as new_visitor_count,
        0 as order_count,
        cast(0 as decimal(28, 2)) as revenue,
        cast(0 as decimal(28, 2)) as cost
    from {{ ref('agg_sessions_daily') }}

    union all

    select
        site_id,
        0 as session_count,
        0 as new_visitor_count,
        1 as order_count,
        coalesce(revenue, 0) as revenue,
        0 as cost
    from {{ ref('fct_orders') }}
    where has_purchase

    union all

    select
        site_id,
        0 as session_count,
        0 as new_visitor_count,
        0 as order_count,
        0 as revenue,
        coalesce(converted_cost, 0) as cost
    from {{ ref('int_ad_spend') }}

),

sums_of_others as (

    select
        site_id,
        sum(session_count) as session_count,
        sum(new_visitor_count) as new_visitor_count,
        sum(order_count) as order_count,
        sum(revenue) as revenue,
        sum(cost) as cost

    from rows_of_others

    group by site_id

)

select
    sums.*,
    totals.site_id as other_site_id,
    totals.session_count as session_count_of_sessions,
    totals.order_count as order_count_of_orders,
    totals.revenue as revenue_of_orders,
    totals.cost as cost_of_spend

from sums
full outer join sums_of_others as totals
    on sums.site_id = totals.site_id

where
    sums.site_id is null
    or totals.site_id is null
    or sums.session_count != totals.session_count
    or sums.new_visitor_count != totals.new_visitor_count
    or sums.cost != totals.cost
    {%- for model in attribution_models() %}
    or sums.{{ model }}_order_count != totals.order_count
    or sums.{{ model }}_revenue != totals.revenue
    {%- endfor %}

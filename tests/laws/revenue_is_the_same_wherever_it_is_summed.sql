-- Tables whose orders and revenue differ from fct_orders, to the cent. Orders without a
-- session are in no table of sessions, so their revenue is added before the comparison;
-- refunds without a purchase are in no reconciliation. Where rows were changed by hand
-- or restored in part, type: dbt build --full-refresh. If it fails again, a model is
-- wrong.
{{ config(**message_of_law()) }}
with

orders as (

    select
        count(*) as order_count,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunded_revenue), 0) as refunded_revenue

    from {{ ref('fct_orders') }}

),

orders_without_session as (

    select
        count(*) as order_count,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunded_revenue), 0) as refunded_revenue

    from {{ ref('fct_orders') }}

    where session_id is null

),

sums as (
    {% for relation in [
        'fct_sessions', 'agg_sessions_daily', 'agg_landing_pages_daily', 'dim_visitors',
        'dim_persons',
    ] %}
    select
        '{{ relation }}' as relation,
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunded_revenue), 0) as refunded_revenue
    from {{ ref(relation) }}
    union all
    {%- endfor %}
    {% for relation in ['agg_visitor_cohorts', 'agg_visitor_cohorts_monthly'] + (
        ['agg_traffic_quality_daily'] if has_marts('quality') else []
    ) %}
    select
        '{{ relation }}' as relation,
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(revenue), 0) as revenue,
        null as refunded_revenue
    from {{ ref(relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

orders_reconciled as (

    select
        count(*) as order_count,
        0 as revenue
    from {{ ref('fct_orders') }}
    where not has_purchase
    union all
    select
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(booked_revenue + tracked_only_revenue), 0) as revenue
    from {{ ref('agg_order_reconciliation_daily') }}

),

sums_with_the_rest as (

    select
        sums.relation,
        sums.order_count + rest.order_count as order_count,
        sums.revenue + rest.revenue as revenue,
        sums.refunded_revenue + rest.refunded_revenue as refunded_revenue

    from sums
    cross join orders_without_session as rest

    union all

    select
        'agg_order_reconciliation_daily' as relation,
        sum(order_count) as order_count,
        sum(revenue) as revenue,
        null as refunded_revenue

    from orders_reconciled

)

select
    sums.relation,
    sums.order_count,
    orders.order_count as order_count_of_orders,
    sums.revenue,
    orders.revenue as revenue_of_orders,
    sums.refunded_revenue,
    orders.refunded_revenue as refunded_revenue_of_orders

from sums_with_the_rest as sums
cross join orders

where
    sums.order_count != orders.order_count
    or sums.revenue != orders.revenue
    or sums.refunded_revenue != orders.refunded_revenue

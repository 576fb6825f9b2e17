-- Orders whose touchpoints earn more or less than the order under one of the models, to
-- the cent and to the millionth, orders in a session without a touchpoint, and
-- touchpoints of an order that is in no session. Where rows were changed by hand or
-- restored in part, type: dbt build --full-refresh. If it fails again, a model is
-- wrong.
{{ config(enabled=has_marts('marketing'), **message_of_law()) }}

with

orders as (

    select * from {{ ref('fct_orders') }}

    where session_id is not null

),

touchpoints as (

    select
        order_key,
        {%- for model in attribution_models() %}
        sum({{ model }}_share) as {{ model }}_share,
        sum({{ model }}_revenue) as {{ model }}_revenue,
        {%- endfor %}
        max(revenue) as revenue,
        count(revenue) as valued_count,
        count(*) as row_count,
        max(touchpoint_number) as last_number,
        max(touchpoint_count) as touchpoint_count

    from {{ ref('fct_touchpoints') }}

    group by order_key

)

select
    orders.order_key as order_with_session,
    orders.revenue as revenue_of_order,
    touchpoints.*

from orders
full outer join touchpoints
    on orders.order_key = touchpoints.order_key

where
    orders.order_key is null
    or touchpoints.order_key is null
    or touchpoints.row_count != touchpoints.touchpoint_count
    or touchpoints.row_count != touchpoints.last_number
    or touchpoints.valued_count not in (0, touchpoints.row_count)
    or not {{ is_not_distinct_from('orders.revenue', 'touchpoints.revenue') }}
    {%- for model in attribution_models() %}
    or touchpoints.{{ model }}_share != 1
    or not {{ is_not_distinct_from(
        'orders.revenue', 'touchpoints.' ~ model ~ '_revenue'
    ) }}
    {%- endfor %}

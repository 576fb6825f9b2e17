{{ config(**reused_within_run()) }}

with

orders_converted as (

    select
        {{ key_to_text('orders.order_key') }} as order_key,
        orders.site_id,
        orders.order_id,
        orders.visitor_id,
        case
            when orders.session_key is not null
                then {{ key_to_text('orders.session_key') }}
        end as session_id,
        orders.is_tracked as has_purchase,
        orders.ordered_at,
        orders.order_date,
        orders.currency,
        cast(orders.order_value as decimal(20, 6)) as order_value,
        cast(rates.rate as {{ type_of('decimal(18, 10)') }}) as exchange_rate,
        {{ multiply_money('orders.order_value', 'rates.rate') }} as converted_value,
        {%- for name in ['tax', 'shipping', 'discount'] %}
        {{ rounded_to_cents(multiply_money('orders.' ~ name, 'rates.rate')) }}
            as {{ name }},
        {%- endfor %}
        orders.coupon,
        cast(orders.refund_count as bigint) as refund_count,
        orders.takes_rest,
        orders.refunded_revenue as refunded_value,
        {{ rounded_to_cents('orders.refunded_tax') }} as refunded_tax,
        {{ rounded_to_cents('orders.refunded_shipping') }} as refunded_shipping

    from {{ ref('int_orders_tracked') }} as orders
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of('orders.currency', 'orders.order_date') }}

),

-- a refund without an amount takes back what is left of the order
orders_refunded as (

    select
        *,
        case
            when not takes_rest or order_value is null then refunded_value
            when refunded_value < converted_value then converted_value
            when converted_value is not null then refunded_value
        end as taken_back

    from orders_converted

),

orders_rounded as (

    select
        *,
        {{ money('case when has_purchase then round(converted_value, 2) else 0 end') }}
            as revenue,
        {{ rounded_to_cents('taken_back') }} as refunded_revenue

    from orders_refunded

)

select
    *,
    {{ money('revenue - refunded_revenue') }} as net_revenue

from orders_rounded

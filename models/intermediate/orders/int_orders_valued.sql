{{ config(**reused_within_run()) }}

with

-- the books come first: value, parts, refunds and cancellation are theirs where they
-- have the order. Its time, visitor and session are those of its purchase event
orders as (

    select
        coalesce(tracked.order_key, booked.order_key) as order_key,
        coalesce(tracked.site_id, booked.site_id) as site_id,
        coalesce(tracked.order_id, booked.order_id) as order_id,
        case
            when tracked.is_tracked then tracked.visitor_id
            else coalesce(booked.visitor_id, tracked.visitor_id)
        end as visitor_id,
        case
            when tracked.is_tracked then tracked.session_key
            else booked.session_key
        end as session_key,
        booked.order_key is not null as is_booked,
        coalesce(tracked.is_tracked, false) as is_tracked,
        coalesce(booked.is_cancelled, false) as is_cancelled,
        {%- for name in ['ordered_at', 'order_date'] %}
        case
            when tracked.is_tracked or booked.order_key is null
                then tracked.{{ name }}
            else booked.{{ name }}
        end as {{ name }},
        {%- endfor %}
        {%- for name in ['currency', 'order_value', 'tax', 'shipping', 'discount'] %}
        case
            when booked.order_key is null then tracked.{{ name }}
            else booked.{{ name }}
        end as {{ name }},
        {%- endfor %}
        tracked.coupon,
        tracked.order_value as tracked_value,
        case when booked.order_key is not null then tracked.currency end
            as tracked_currency,
        coalesce(tracked.refund_count, 0) as refund_count,
        -- the books know what was refunded, not of which parts
        {%- for name in ['refunded_tax', 'refunded_shipping'] %}
        case
            when booked.order_key is null then tracked.{{ name }}
            when booked.is_cancelled or booked.refunded_total = 0 then 0
        end as {{ name }},
        {%- endfor %}
        booked.refunded_total,
        booked.order_key is null and tracked.takes_rest as takes_rest,
        tracked.refunded_revenue as tracked_refunds

    from {{ ref('int_orders_tracked') }} as tracked
    full join {{ ref('int_orders_booked') }} as booked
        on tracked.order_key = booked.order_key

),

-- a cancelled order earns nothing
orders_converted as (

    select
        orders.*,
        rates.rate,
        {%- for name in [
            'order_value', 'tax', 'shipping', 'discount', 'refunded_total',
        ] %}
        case
            when orders.is_cancelled then 0
            else {{ multiply_money('orders.' ~ name, 'rates.rate') }}
        end as converted_{{ name }},
        {%- endfor %}
        {{ multiply_money('orders.tracked_value', 'tracked_rates.rate') }}
            as converted_tracked_value

    from orders
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of('orders.currency', 'orders.order_date') }}
    left join {{ ref('stg_seeds__exchange_rates') }} as tracked_rates
        on {{ is_rate_of(
            'orders.tracked_currency', 'orders.order_date', 'tracked_rates'
        ) }}

),

orders_rounded as (

    select
        *,
        cast(
            case
                when is_tracked or is_booked then round(converted_order_value, 2)
                else 0
            end as decimal(28, 2)
        ) as revenue,
        -- a refund without an amount takes back what is left of the order
        case
            when is_booked then converted_refunded_total
            when not takes_rest or order_value is null then tracked_refunds
            when tracked_refunds < converted_order_value then converted_order_value
            when converted_order_value is not null then tracked_refunds
        end as taken_back

    from orders_converted

)

select
    {{ key_to_text('order_key') }} as order_key,
    site_id,
    order_id,
    visitor_id,
    case when session_key is not null then {{ key_to_text('session_key') }} end
        as session_id,
    is_tracked or is_booked as has_purchase,
    is_tracked,
    is_cancelled,
    case when is_booked then 'books' else 'events' end as value_source,
    ordered_at,
    order_date,
    currency,
    cast(order_value as decimal(20, 6)) as order_value,
    cast(rate as {{ type_of('decimal(18, 10)') }}) as exchange_rate,
    revenue,
    cast(
        case
            when is_tracked and is_booked then round(converted_tracked_value, 2)
            when is_tracked then revenue
        end as decimal(28, 2)
    ) as tracked_revenue,
    cast(case when is_booked then revenue end as decimal(28, 2)) as booked_revenue,
    {%- for name in ['tax', 'shipping', 'discount'] %}
    {{ rounded_to_cents('converted_' ~ name) }} as {{ name }},
    {%- endfor %}
    coupon,
    cast(refund_count as bigint) as refund_count,
    cast(round(taken_back, 2) as decimal(28, 2)) as refunded_revenue,
    cast(round(refunded_tax, 2) as decimal(28, 2)) as refunded_tax,
    cast(round(refunded_shipping, 2) as decimal(28, 2)) as refunded_shipping,
    cast(revenue - round(taken_back, 2) as decimal(28, 2)) as net_revenue

from orders_rounded

{{ config(**reused_within_run()) }}
{%- set ties = 'coalesce(event_sequence, 0), ' ~ collate_binary('event_id') %}

with

order_events as (

    select
        *,
        event_name = 'purchase' as is_purchase

    from {{ ref('int_order_events') }}

),

-- an order has the time and session of its first purchase, and the value of the first
-- one that has a value. Without a purchase it has those of its first refund
events_in_order as (

    select
        *,
        row_number() over (
            partition by order_key
            order by case when is_purchase then 0 else 1 end, event_at, {{ ties }}
        ) as event_number,
        row_number() over (
            partition by order_key
            order by
                case when not is_purchase then 2 when revenue is null then 1 else 0 end,
                event_at, {{ ties }}
        ) as value_number

    from order_events

),

values_of_orders as (

    select
        events.order_key,
        {{ currency_of('events', 'sites') }} as currency,
        case when events.is_purchase then events.revenue end as order_value,
        case when events.is_purchase then events.tax end as tax,
        case when events.is_purchase then events.shipping end as shipping,
        case when events.is_purchase then events.discount end as discount,
        case when events.is_purchase then events.coupon end as coupon

    from events_in_order as events
    left join {{ ref('stg_seeds__sites') }} as sites
        on events.site_id = sites.site_id

    where events.value_number = 1

),

orders as (

    select
        events.order_key,
        events.site_id,
        events.order_id,
        events.visitor_id,
        events.is_purchase as is_tracked,
        case when events.is_purchase then events.session_key end as session_key,
        events.event_at as ordered_at,
        events.event_date as order_date,
        order_values.currency,
        order_values.order_value,
        order_values.tax,
        order_values.shipping,
        order_values.discount,
        order_values.coupon

    from events_in_order as events
    inner join values_of_orders as order_values
        on events.order_key = order_values.order_key

    where events.event_number = 1

),

-- a refund is an amount, whichever sign it has, at the rate of the day of the order
refunds_converted as (

    select
        orders.order_key,
        {%- for name in ['revenue', 'tax', 'shipping'] %}
        {%- set amount = 'events.' ~ name %}
        case
            when count({{ amount }}) = count({{ multiply_money(amount, 'rates.rate') }})
                then coalesce(
                    sum({{ multiply_money('abs(' ~ amount ~ ')', 'rates.rate') }}), 0
                )
        end as refunded_{{ name }},
        {%- endfor %}
        count(*) > count(events.revenue) as takes_rest,
        count(*) as refund_count

    from order_events as events
    inner join orders
        on events.order_key = orders.order_key
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of(
            upper_ascii('coalesce(events.currency, orders.currency)'),
            'orders.order_date'
        ) }}

    where not events.is_purchase

    group by orders.order_key

),

orders_with_refunds as (

    select
        orders.*,
        {%- for name in ['revenue', 'tax', 'shipping'] %}
        case when refunds.order_key is null then 0 else refunds.refunded_{{ name }} end
            as refunded_{{ name }},
        {%- endfor %}
        coalesce(refunds.takes_rest, false) as takes_rest,
        coalesce(refunds.refund_count, 0) as refund_count

    from orders
    left join refunds_converted as refunds
        on orders.order_key = refunds.order_key

)

select * from orders_with_refunds

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
        {{ upper_ascii(
            'coalesce(events.currency, sites.currency, '
            ~ quote_literal(setting('reporting_currency')) ~ ')'
        ) }} as currency,
        case when events.is_purchase then events.revenue end as order_value

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
        events.is_purchase as has_purchase,
        case when events.is_purchase then events.session_key end as session_key,
        events.event_at as ordered_at,
        events.event_date as order_date,
        order_values.currency,
        order_values.order_value

    from events_in_order as events
    inner join values_of_orders as order_values
        on events.order_key = order_values.order_key

    where events.event_number = 1

),

-- a refund is an amount, whichever sign it has, at the rate of the day of the order
refunds_converted as (

    select
        orders.order_key,
        count(*) as refund_count,
        count(events.revenue) as valued_count,
        count({{ multiply_money('events.revenue', 'rates.rate') }}) as converted_count,
        sum({{ multiply_money('abs(events.revenue)', 'rates.rate') }}) as refunded_value

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
        orders.has_purchase,
        orders.ordered_at,
        orders.order_date,
        orders.currency,
        cast(orders.order_value as decimal(20, 6)) as order_value,
        cast(rates.rate as {{ type_of('decimal(18, 10)') }}) as exchange_rate,
        {{ multiply_money('orders.order_value', 'rates.rate') }} as converted_value,
        cast(coalesce(refunds.refund_count, 0) as bigint) as refund_count,
        coalesce(refunds.refund_count > refunds.valued_count, false) as takes_rest,
        case
            when refunds.order_key is null then 0
            when refunds.converted_count = refunds.valued_count
                then coalesce(refunds.refunded_value, 0)
        end as refunded_value

    from orders
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of('orders.currency', 'orders.order_date') }}
    left join refunds_converted as refunds
        on orders.order_key = refunds.order_key

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
        cast(
            case when has_purchase then round(converted_value, 2) else 0 end
            as decimal(28, 2)
        ) as revenue,
        cast(round(taken_back, 2) as decimal(28, 2)) as refunded_revenue

    from orders_refunded

)

select
    *,
    cast(revenue - refunded_revenue as decimal(28, 2)) as net_revenue

from orders_rounded

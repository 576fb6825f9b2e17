{{ config(**reused_within_run()) }}

with

order_events as (

    select * from {{ ref('int_order_events') }}

),

-- an order is described by its first purchase, or by its first refund if it has none
events_in_order as (

    select
        *,
        row_number() over (
            partition by order_key
            order by
                case when event_name = 'purchase' then 0 else 1 end,
                event_at,
                coalesce(event_sequence, 0),
                {{ collate_binary('event_id') }}
        ) as event_number

    from order_events

),

orders as (

    select
        events.order_key,
        events.site_id,
        events.order_id,
        events.visitor_id,
        events.event_name = 'purchase' as has_purchase,
        case when events.event_name = 'purchase' then events.session_key end
            as session_key,
        events.event_at as ordered_at,
        events.event_date as order_date,
        {{ upper_ascii(
            'coalesce(events.currency, sites.currency, '
            ~ quote_literal(var('reporting_currency')) ~ ')'
        ) }} as currency,
        case when events.event_name = 'purchase' then events.revenue end
            as order_value

    from events_in_order as events
    left join {{ ref('stg_seeds__sites') }} as sites
        on events.site_id = sites.site_id

    where events.event_number = 1

),

-- refunds are converted at the rate of the day of the order
refunds_converted as (

    select
        orders.order_key,
        count(*) as refund_count,
        count(events.revenue) as valued_count,
        count({{ multiply_money('events.revenue', 'rates.rate') }}) as converted_count,
        sum({{ multiply_money('events.revenue', 'rates.rate') }}) as refunded_value

    from order_events as events
    inner join orders
        on events.order_key = orders.order_key
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of(
            upper_ascii('coalesce(events.currency, orders.currency)'),
            'orders.order_date'
        ) }}

    where events.event_name = 'refund'

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
        cast(orders.order_value as decimal(18, 2)) as order_value,
        cast(rates.rate as {{ type_of('decimal(18, 10)') }}) as exchange_rate,
        {{ multiply_money('orders.order_value', 'rates.rate') }} as converted_value,
        cast(coalesce(refunds.refund_count, 0) as bigint) as refund_count,
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

orders_rounded as (

    select
        *,
        cast(
            case when has_purchase then round(converted_value, 2) else 0 end
            as decimal(28, 2)
        ) as revenue,
        cast(round(refunded_value, 2) as decimal(28, 2)) as refunded_revenue

    from orders_converted

)

select
    *,
    cast(revenue - refunded_revenue as decimal(28, 2)) as net_revenue

from orders_rounded

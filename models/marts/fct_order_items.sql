{%- set converted_value = multiply_money('items.item_value', 'rates.rate') -%}

with

orders as (

    select * from {{ ref('fct_orders') }}

),

-- each item of a purchase or refund, by the order that its event belongs to
items as (

    select
        items.*,
        {{ key_to_text('order_events.order_key') }} as order_key,
        order_events.event_name = 'purchase' as is_purchase,
        order_events.currency as currency_given,
        rank() over (
            partition by order_events.order_key, order_events.event_name
            order by
                order_events.event_at,
                coalesce(order_events.event_sequence, 0),
                {{ collate_binary('order_events.event_id') }}
        ) as event_number,
        {{ item_units('items.quantity') }} as units

    from {{ ref('fct_event_items') }} as items
    inner join {{ ref('int_order_events') }} as order_events
        on items.event_key = {{ key_to_text('order_events.event_key') }}

),

-- as for orders, all purchases but the first are repetitions; and a refund has no sign,
-- takes the rate of the order, and its currency where it names none
items_of_orders as (

    select
        items.*,
        orders.order_id,
        orders.session_id as order_session_id,
        orders.order_date,
        case when items.is_purchase then items.units end as sold_units,
        case when items.is_purchase then {{ converted_value }} end as sold_value,
        case when not items.is_purchase then abs(items.units) end as taken_units,
        case when not items.is_purchase then abs({{ converted_value }}) end
            as taken_value,
        row_number() over (
            partition by items.order_key, items.product_id
            order by
                case when items.is_purchase then 0 else 1 end,
                items.event_number, items.item_number
        ) as line_number

    from items
    inner join orders
        on items.order_key = orders.order_key
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of(
            'case when items.is_purchase or items.currency_given is not null '
            ~ 'then items.currency else orders.currency end',
            'orders.order_date'
        ) }}

    where
        items.event_number = 1
        or not items.is_purchase

),

products as (

    select
        order_key,
        site_id,
        order_id,
        order_session_id as session_id,
        order_date,
        product_id,
        {%- for column in ['name', 'category', 'variant', 'brand'] %}
        max(case when line_number = 1 then product_{{ column }} end)
            as product_{{ column }},
        {%- endfor %}
        cast(coalesce(sum(sold_units), 0) as bigint) as units,
        case
            when count(sold_units) = count(sold_value)
                then coalesce(sum(sold_value), 0)
        end as sold_value,
        cast(coalesce(sum(taken_units), 0) as bigint) as refunded_units,
        case
            when count(taken_units) = count(taken_value)
                then coalesce(sum(taken_value), 0)
        end as taken_value

    from items_of_orders

    group by
        order_key, site_id, order_id, order_session_id, order_date, product_id

),

products_rounded as (

    select
        order_key,
        site_id,
        order_id,
        session_id,
        order_date,
        product_id,
        product_name,
        product_category,
        product_variant,
        product_brand,
        units,
        cast(round(sold_value, 2) as decimal(28, 2)) as revenue,
        refunded_units,
        cast(round(taken_value, 2) as decimal(28, 2)) as refunded_revenue

    from products

)

select
    *,
    units - refunded_units as net_units,
    cast(revenue - refunded_revenue as decimal(28, 2)) as net_revenue

from products_rounded

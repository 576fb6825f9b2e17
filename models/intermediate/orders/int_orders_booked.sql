{{ config(**reused_within_run()) }}
{%- set columns = [
    'ordered_at', 'status', 'currency', 'total', 'tax', 'shipping', 'discount',
    'refunded_total', 'user_id', 'cancelled_at',
] %}

with

placeholders as (

    select * from {{ ref('stg_seeds__placeholder_values') }}

),

-- words for nothing are null; a row that says no time at all is no order
orders_cleaned as (

    select
        coalesce(orders.site_id, 'default') as site_id,
        orders.order_id,
        case when user_words.word is null then orders.user_id end as user_id,
        case when currency_words.word is null then orders.currency end as currency,
        orders.ordered_at,
        orders.status,
        orders.total,
        orders.tax,
        orders.shipping,
        orders.discount,
        orders.refunded_total,
        orders.cancelled_at,
        orders.updated_at,
        orders.loaded_at

    from {{ ref('stg_orders') }} as orders
    left join placeholders as order_words
        on
            order_words.kind = 'id'
            and {{ lower_ascii('orders.order_id') }} = order_words.word
    left join placeholders as user_words
        on
            user_words.kind = 'id'
            and {{ lower_ascii('orders.user_id') }} = user_words.word
    left join placeholders as currency_words
        on
            currency_words.kind = 'currency'
            and {{ lower_ascii('orders.currency') }} = currency_words.word

    where
        orders.order_id is not null
        and order_words.word is null
        and coalesce(orders.ordered_at, orders.updated_at, orders.loaded_at) is not null

),

-- the newest row of an order counts; of several the smallest as text, so that every
-- engine takes the same one
orders_numbered as (

    select
        orders.*,
        row_number() over (
            partition by orders.site_id, orders.order_id
            order by
                coalesce(orders.updated_at, {{ min_timestamp() }}) desc,
                coalesce(orders.loaded_at, {{ min_timestamp() }}) desc,
                {{ text_order('orders', columns) }}
        ) as place

    from orders_cleaned as orders

),

orders as (

    select
        {{ order_key_of_id('orders.') }} as order_key,
        orders.site_id,
        orders.order_id,
        orders.user_id,
        coalesce(orders.ordered_at, orders.updated_at, orders.loaded_at) as ordered_at,
        {{ is_cancelled_order() }} as is_cancelled,
        {{ currency_of('orders', 'sites') }} as currency,
        {{ site_time_zone('sites') }} as time_zone,
        orders.total as order_value,
        orders.tax,
        orders.shipping,
        orders.discount,
        coalesce(abs(orders.refunded_total), 0) as refunded_total

    from orders_numbered as orders
    left join {{ ref('stg_seeds__sites') }} as sites
        on orders.site_id = sites.site_id

    where orders.place = 1

),

-- with attach_booked_orders the user's last session before the order
sessions_of_users as (
    {% if setting('attach_booked_orders') %}
    select
        orders.order_key,
        sessions.session_key,
        sessions.visitor_id,
        row_number() over (
            partition by orders.order_key
            order by
                sessions.session_started_at desc,
                {{ collate_binary('sessions.visitor_id') }},
                sessions.island_session_number desc
        ) as place

    from orders
    inner join {{ ref('int_sessions_enriched') }} as sessions
        on
            orders.site_id = sessions.site_id
            and orders.user_id = sessions.user_id
            and orders.ordered_at >= sessions.session_started_at
            and not {{ exceeds(
                'orders.ordered_at', 'sessions.session_started_at',
                setting('attribution_lookback_days') * 86400, 'same'
            ) }}
    {% else %}
    select
        order_key,
        {{ null_key() }} as session_key,
        cast(null as {{ type_text() }}) as visitor_id,
        1 as place

    from orders

    where 1 = 0
    {% endif %}
),

orders_attached as (

    select
        orders.*,
        cast({{ convert_timezone('orders.ordered_at', 'orders.time_zone') }} as date)
            as order_date,
        sessions_of_users.session_key,
        sessions_of_users.visitor_id

    from orders
    left join sessions_of_users
        on
            orders.order_key = sessions_of_users.order_key
            and sessions_of_users.place = 1

)

select * from orders_attached

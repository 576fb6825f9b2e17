{{ config(enabled='snowplow' in event_sources(setting('event_sources'))) }}
{%- set products_column = snowplow_entity_places().first_products.column %}

with

events as (

    select * from {{ ref('base_snowplow__events') }}

),

events_with_products as (

    select * from events

    where {{ products_column }} is not null

),

products as (

    {{ json_array_elements(
        'events_with_products',
        ['app_id', 'distinct_event_id', 'loaded_at'],
        products_column,
    ) | indent(4) }}

),

items_in_columns as (

    select
        app_id as site_id,
        distinct_event_id as event_id,
        element_number as item_number,
        {{ json_text('element', ['id']) }} as product_id,
        {{ json_text('element', ['name']) }} as product_name,
        {{ json_text('element', ['category']) }} as product_category,
        {{ json_text('element', ['variant']) }} as product_variant,
        {{ json_text('element', ['brand']) }} as product_brand,
        {{ as_own_type(json_text('element', ['quantity']), 'integer') }} as quantity,
        {{ money_or_null(json_text('element', ['price'])) }} as price,
        loaded_at

    from products

    where substring(element, 1, 1) = '{'

),

items_in_tables as (

    select
        events.app_id as site_id,
        events.distinct_event_id as event_id,
        products_in_tables.item_number,
        products_in_tables.id as product_id,
        products_in_tables.name as product_name,
        products_in_tables.category as product_category,
        products_in_tables.variant as product_variant,
        products_in_tables.brand as product_brand,
        products_in_tables.quantity,
        products_in_tables.price,
        events.loaded_at

    from events
    inner join {{ ref('base_snowplow__products') }} as products_in_tables
        on
            events.event_id = products_in_tables.root_id
            and events.collector_tstamp = products_in_tables.root_tstamp

),

transactions as (

    select distinct
        coalesce({{ trimmed('app_id') }}, 'default') as site_id,
        {{ trimmed('tr_orderid') }} as order_id,
        distinct_event_id as event_id

    from events

    where event = 'transaction'

),

lines as (

    select
        *,
        coalesce({{ trimmed('app_id') }}, 'default') as site_id,
        {{ trimmed('ti_orderid') }} as order_id

    from events

    where event = 'transaction_item'

),

-- a thank-you page that is reloaded sends the transaction and its lines again. Lines do
-- not name their transaction: each transaction of the order has each line once
items_of_transactions as (

    select
        lines.site_id,
        coalesce(transactions.event_id, lines.distinct_event_id) as event_id,
        dense_rank() over (
            partition by
                lines.site_id, coalesce(transactions.event_id, lines.distinct_event_id)
            order by {{ text_order('lines', [
                'ti_sku', 'ti_name', 'ti_category', 'ti_price', 'ti_quantity',
            ]) }}
        ) as item_number,
        lines.ti_sku as product_id,
        lines.ti_name as product_name,
        lines.ti_category as product_category,
        cast(null as {{ type_text() }}) as product_variant,
        cast(null as {{ type_text() }}) as product_brand,
        lines.ti_quantity as quantity,
        lines.ti_price as price,
        lines.loaded_at

    from lines
    left join transactions
        on
            lines.site_id = transactions.site_id
            and lines.order_id = transactions.order_id

),

event_items as (

    select * from items_in_columns
    union all
    select * from items_in_tables
    union all
    select * from items_of_transactions

)

select * from event_items

{{ config(enabled='segment' in event_sources(setting('event_sources'))) }}
{%- set tables = segment_tables(['order', 'event']) %}
{%- set columns = {
    'event_id': ['id', 'message_id'],
    'site_id': ['site_id'],
    'product_id': ['product_id', 'sku'],
    'product_name': ['name'],
    'product_category': ['category'],
    'product_variant': ['variant'],
    'product_brand': ['brand'],
    'quantity': ['quantity'],
    'price': ['price'],
} %}

with

calls as (
    {% for table in tables or [{'relation': none}] %}
    select
        {%- for column, names in columns.items() %}
        {{ first_of_columns(table.relation, names) }} as {{ column }},
        {%- endfor %}
        {{ first_of_columns(table.relation, ['products'], 'json') }} as products,
        {{ first_of_columns(
            table.relation, segment_loaded_at(table.relation), 'timestamp'
        ) }} as loaded_at

    {{ from_given(table.relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- the list of an order or a cart
products as (

    {{ json_array_elements(
        'calls', ['event_id', 'site_id', 'loaded_at'], 'products'
    ) | indent(4) }}

),

items_of_lists as (

    select
        site_id,
        event_id,
        element_number as item_number,
        coalesce(
            {{ text_or_null(json_text('element', ['product_id'])) }},
            {{ text_or_null(json_text('element', ['sku'])) }}
        ) as product_id,
        {{ json_text('element', ['name']) }} as product_name,
        {{ json_text('element', ['category']) }} as product_category,
        {{ json_text('element', ['variant']) }} as product_variant,
        {{ json_text('element', ['brand']) }} as product_brand,
        {{ json_text('element', ['quantity']) }} as quantity,
        {{ json_text('element', ['price']) }} as price,
        loaded_at

    from products

    where substring(element, 1, 1) = '{'

),

-- an event of one product names it in columns of its own
items_of_columns as (

    select
        site_id,
        event_id,
        1 as item_number,
        product_id,
        product_name,
        product_category,
        product_variant,
        product_brand,
        quantity,
        price,
        loaded_at

    from calls

    where
        products is null
        and product_id is not null

),

items as (

    select * from items_of_lists
    union all
    select * from items_of_columns

),

renamed as (

    select
        site_id,
        event_id,
        item_number,
        product_id,
        product_name,
        product_category,
        product_variant,
        product_brand,
        {{ as_own_type('quantity', 'integer') }} as quantity,
        {{ money_or_null('price') }} as price,
        loaded_at

    from items

)

select * from renamed

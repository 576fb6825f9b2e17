with

source as (

    {{ rows_of_optional_table('event_items', ['event_id', 'item_number']) | indent(4) }}

),

-- the ids of its event are trimmed here, other texts where they are read
renamed as (

    select
        coalesce({{ trimmed('site_id') }}, 'default') as site_id,
        {{ trimmed('event_id') }} as event_id,
        item_number,
        product_id,
        product_name,
        product_category,
        product_variant,
        product_brand,
        item_list,
        quantity,
        price,
        discount,
        loaded_at

    from source

),

-- a row that says it is loaded in the future waits until then, as events do
items_arrived as (

    select * from renamed

    where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}

)

select * from items_arrived

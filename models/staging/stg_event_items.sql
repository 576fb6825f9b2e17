{%- set items = source('raw', 'event_items') -%}
{%- set types = {
    'site_id': 'string', 'event_id': 'string', 'item_number': 'bigint',
    'product_id': 'string', 'product_name': 'string', 'product_category': 'string',
    'product_variant': 'string', 'product_brand': 'string', 'quantity': 'bigint',
    'price': 'decimal(20, 6)', 'discount': 'decimal(20, 6)',
} -%}

with

source as (
    {% if is_existing_source(items) %}
    select * from {{ items }}
    {% else %}
    -- nothing, with the columns of the table
    select
        {% for name, type in types.items() -%}
        cast(null as {{ type_of(type) }}) as {{ name }},
        {% endfor -%}
        cast(null as {{ type_timestamp_utc() }}) as loaded_at

    from (select 1 as number_one) as one_row

    where 1 = 0
    {% endif %}
),

-- what says of which event an item is; its other texts are trimmed where they are read
renamed as (

    select
        coalesce(
            {{ trimmed(cast_or_null('site_id', type_text())) }}, 'default'
        ) as site_id,
        {{ trimmed(cast_or_null('event_id', type_text())) }} as event_id,
        {% for name, type in types.items()
            if name not in ['site_id', 'event_id'] -%}
        {{ cast_or_null(name, type_of(type)) }} as {{ name }},
        {% endfor -%}
        {{ timestamp_or_null('loaded_at') }} as loaded_at

    from source

),

-- a row that says it is loaded in the future waits until then, as events do
items_arrived as (

    select * from renamed

    where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}

)

select * from items_arrived

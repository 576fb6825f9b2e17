{{ config(enabled='ga4' in event_sources(setting('event_sources'))) }}

with

source as (

    select * from {{ ref('base_ga4__events') }}

),

items as (

    select
        {{ text_or_null('source.stream_id') }} as site_id,
        source.event_id,
        {{ cast_bigint('listed.element_number') }} as item_number,
        {%- for column, field in {
            'product_id': 'item_id',
            'product_name': 'item_name',
            'product_category': 'item_category',
            'product_variant': 'item_variant',
            'product_brand': 'item_brand',
            'item_list': 'item_list_name',
        }.items() %}
        {{ text_unless_bracketed('listed.element.' ~ field) }} as {{ column }},
        {%- endfor %}
        {{ cast_bigint('listed.element.quantity') }} as quantity,
        {{ cast_money('listed.element.price') }} as price,
        -- an item comes with its event; a later time would hide items of others
        {{ timestamp_add('day', -1, date_from_digits('source.event_date')) }}
            as loaded_at

    from source
    {{ each_element('source.items') | indent(4) }}

)

select * from items

{{ config(partition_and_cluster_by(
    'event_date', keys=['event_key', 'session_id', 'loaded_at']
)) }}
{%- set as_delivered = [
    'site_id', 'visitor_id', 'event_id', 'event_name', 'event_at', 'event_date',
    'item_number', 'product_id', 'product_name', 'product_category', 'product_variant',
    'product_brand', 'item_list', 'quantity', 'price', 'discount', 'loaded_at',
] -%}
{%- set columns = [
    'session_id', 'event_key', 'visitor_key', 'currency', 'exchange_rate', 'item_value',
    'item_revenue',
] + as_delivered -%}
{%- do also_depends_on(['int_events_sessionized', 'int_events_enriched']) %}

with

placeholders as (

    select word from {{ ref('stg_seeds__placeholder_values') }}

    where kind = 'id'

),

items_with_currency as (

    select
        items.*,
        {{ currency_of('items', 'sites') }} as currency_resolved

    from {{ ref('int_event_items') }} as items
    left join {{ ref('stg_seeds__sites') }} as sites
        on items.site_id = sites.site_id

),

items_converted as (

    select
        items.site_id,
        items.visitor_id,
        items.event_id,
        items.event_name,
        items.event_at,
        items.event_date,
        items.item_number,
        items.quantity,
        items.price,
        items.discount,
        items.loaded_at,
        case when placeholders.word is null then items.product_id end as product_id,
        items.product_name,
        items.product_category,
        items.product_variant,
        items.product_brand,
        items.item_list,
        {{ key_to_text('items.event_key') }} as event_key,
        {{ key_to_text('items.visitor_key') }} as visitor_key,
        case
            when items.session_key is not null
                then {{ key_to_text('items.session_key') }}
        end as session_id,
        items.currency_resolved as currency,
        cast(rates.rate as {{ type_of('decimal(18, 10)') }}) as exchange_rate,
        items.item_value,
        {{ rounded_to_cents(multiply_money('items.item_value', 'rates.rate')) }}
            as item_revenue,
        items.is_affected

    from items_with_currency as items
    left join placeholders
        on {{ lower_ascii('items.product_id') }} = placeholders.word
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ is_rate_of('items.currency_resolved', 'items.event_date') }}

),

{% if is_incremental() -%}
-- most events that are read again have not changed
events_that_differ as (

    select event_key from (
        select {{ columns | join(', ') }} from items_converted
        where not is_affected
        {{ dbt.except() }}
        select {{ columns | join(', ') }} from {{ this }}
        where
            event_date in (select event_date from items_converted)
            and {{ in_subquery('event_key', 'items_converted') }}
    ) as items_that_differ

),

{% endif -%}
items_to_write as (

    select {{ columns | join(', ') }} from items_converted
    {% if is_incremental() %}
    where
        is_affected
        or event_key in (select event_key from events_that_differ)
    {% endif %}
)

select * from items_to_write

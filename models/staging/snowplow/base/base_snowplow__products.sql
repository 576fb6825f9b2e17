{{ config(enabled='snowplow' in event_sources(setting('event_sources'))) }}
{%- set columns = [
    'id', 'name', 'category', 'variant', 'brand', 'quantity', 'price', 'currency',
] %}

with

products as (

    {{ rows_of_source('ecommerce_products', 'snowplow') | indent(4) }}

),

-- a copy of each product of an event is loaded with each delivery of the event
deliveries as (

    select
        event_id,
        collector_tstamp,
        count(*) as delivery_count

    from (
        {{ rows_as_contracted(
            source('snowplow', 'events'), 'events', [], 'snowplow'
        ) | indent(8) }}
    ) as events

    where event_id in (select products.root_id from products)

    group by event_id, collector_tstamp

),

copies as (

    select
        *,
        row_number() over (
            partition by root_id, root_tstamp, {{ columns | join(', ') }}
            order by root_id
        ) as copy_number

    from products

),

-- their table has no order of them
products_numbered as (

    select
        copies.*,
        row_number() over (
            partition by copies.root_id, copies.root_tstamp
            order by {{ text_order('copies', columns) }}, copies.copy_number
        ) as item_number

    from copies
    inner join deliveries
        on
            copies.root_id = deliveries.event_id
            and copies.root_tstamp = deliveries.collector_tstamp

    where mod(copies.copy_number - 1, deliveries.delivery_count) = 0

)

select * from products_numbered

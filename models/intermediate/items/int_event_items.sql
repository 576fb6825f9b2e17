{{ config(**reused_within_run()) }}
{%- set built_items = existing_relation('fct_event_items') -%}
{%- set of_events = [
    'event_key', 'visitor_key', 'site_id', 'visitor_id', 'event_id', 'event_name',
    'event_at', 'event_date', 'currency', 'batch_number',
] -%}
{%- set columns_of_events = (of_events + ['product_id', 'quantity']) | join(', ') -%}
{%- set of_sessions = 'event_key, event_at, loaded_date, session_key' -%}
{%- set texts = [
    'product_id', 'product_name', 'product_category', 'product_variant',
    'product_brand', 'item_list',
] %}

with

{% if built_items -%}
-- events that are built, and may lack items or a rate that arrived since
late_events as (

    {{ events_of_late_items(built_items) | indent(4) }}

    union all

    {{ events_with_changed_rate(built_items) | indent(4) }}

),

{% endif -%}
-- an order counts even if its event has no session
sessionized_events as (

    select {{ of_sessions }}, true as is_affected

    from {{ ref('int_events_sessionized') }}

    where
        {{ may_have_items() }}
    {% if built_items %}
        and {{ in_affected_island('fct_event_items') }}

    union all

    select {{ of_sessions }}, false as is_affected

    from {{ ref('int_events_sessionized') }}

    where
        {{ may_have_items() }}
        and not ({{ in_affected_island('fct_event_items') }})
        and {{ in_subquery('event_key', 'late_events') }}
    {% endif %}
),

events as (

    select {{ columns_of_events }} from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if built_items %}
        and {{ is_event_of('sessionized_events', 'loaded_date') }}
    {% endif %}

    union all

    -- an order counts without a visitor too
    select {{ columns_of_events }} from {{ ref('int_events_enriched') }}

    where
        {{ is_order_without_visitor() }}
    {% if built_items %}
        and (
            ({{ is_new_to('fct_event_items') }})
            or event_key in (select event_key from late_events)
        )
    {% endif %}

),

-- the first delivery stays; of several with one loaded_at the smallest as text
deliveries as (

    select
        items.*,
        row_number() over (
            partition by items.site_id, items.event_id, items.item_number
            order by
                coalesce(items.loaded_at, {{ max_timestamp() }}),
                {{ text_order('items', texts + ['quantity', 'price', 'discount']) }}
        ) as delivery_number

    from {{ ref('stg_event_items') }} as items

    where
        items.item_number is not null
    {% if built_items %}
        and {{ tuple_in(
            ['items.site_id', 'items.event_id'], ['site_id', 'event_id'], 'events'
        ) }}
    {% endif %}

),

items as (

    select
        deliveries.site_id,
        deliveries.event_id,
        deliveries.item_number,
        {%- for column in texts %}
        {{ trimmed('deliveries.' ~ column) }} as {{ column }},
        {%- endfor %}
        deliveries.quantity,
        deliveries.price,
        deliveries.discount,
        {{ item_value('deliveries') | indent(8) }} as item_value,
        deliveries.loaded_at

    from deliveries

    where deliveries.delivery_number = 1

),

-- an event without items is one itself if it names a product
items_of_sessions as (

    select
        {%- for column in of_events %}
        events.{{ column }},
        {%- endfor %}
        coalesce(items.item_number, 1) as item_number,
        {%- for column in ['product_id', 'quantity'] %}
        case
            when items.event_id is null then events.{{ column }}
            else items.{{ column }}
        end as {{ column }},
        {%- endfor %}
        {%- for column in texts if column != 'product_id' %}
        items.{{ column }},
        {%- endfor %}
        items.price,
        items.discount,
        items.item_value,
        items.loaded_at,
        sessionized_events.session_key,
        case
            when events.visitor_id is null then {{ is_new_to('fct_event_items') }}
            else sessionized_events.is_affected
        end as is_affected

    from events
    left join items
        on
            events.site_id = items.site_id
            and events.event_id = items.event_id
    left join sessionized_events
        on events.event_key = sessionized_events.event_key

    where
        (items.event_id is not null or events.product_id is not null)
        and (events.visitor_id is null or sessionized_events.event_key is not null)

)

select * from items_of_sessions

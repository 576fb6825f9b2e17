{{ config(enabled='snowplow' in event_sources(setting('event_sources'))) }}

with

events as (

    {{ rows_as_contracted(
        source('snowplow', 'events'),
        'events',
        ['event_id', 'collector_tstamp'],
        'snowplow',
        snowplow_own_columns(),
    ) | indent(4) }}

),

-- what events have in columns, or in tables of their own
actions as (

    {{ snowplow_entities('ecommerce_actions') | indent(4) }}

),

checkout_steps as (

    {{ snowplow_entities('ecommerce_checkout_steps') | indent(4) }}

),

transactions as (

    {{ snowplow_entities('ecommerce_transactions') | indent(4) }}

),

refunds as (

    {{ snowplow_entities('ecommerce_refunds') | indent(4) }}

),

client_sessions as (

    {{ snowplow_entities('client_sessions') | indent(4) }}

),

first_products as (

    select * from {{ ref('base_snowplow__products') }}

    where item_number = 1

),

events_with_entities as (

    select
        events.*,

        -- from this row alone: others with the same event_id may come with any load
        coalesce(
            {{ text_or_null('events.event_id') }}
            || '-' || {{ text_or_null('events.event_fingerprint') }},
            {{ text_or_null('events.event_id') }}
        ) as distinct_event_id,

        -- old pixels do not send the device's clock, which derived_tstamp needs
        coalesce(events.derived_tstamp, events.collector_tstamp) as event_at,
        coalesce(events.load_tstamp, events.etl_tstamp, events.collector_tstamp)
            as loaded_at,

        {{ snowplow_value('actions', 'type') }} as ecommerce_action,
        {{ snowplow_value('checkout_steps', 'step') }} as checkout_step,
        {{ snowplow_value('transactions', 'transaction_id') }} as transaction_id,
        {{ snowplow_value('transactions', 'revenue') }} as transaction_revenue,
        {{ snowplow_value('transactions', 'currency') }} as transaction_currency,
        {{ snowplow_value('transactions', 'tax') }} as transaction_tax,
        {{ snowplow_value('transactions', 'shipping') }} as transaction_shipping,
        {{ snowplow_value('transactions', 'discount_amount') }}
            as transaction_discount_amount,
        {{ snowplow_value('transactions', 'discount_code') }}
            as transaction_discount_code,
        {{ snowplow_value('refunds', 'transaction_id') }} as refund_transaction_id,
        {{ snowplow_value('refunds', 'refund_amount') }} as refund_amount,
        {{ snowplow_value('refunds', 'currency') }} as refund_currency,
        {{ snowplow_value('client_sessions', 'user_id') }} as client_user_id,
        {{ snowplow_value('client_sessions', 'session_id') }} as client_session_id,
        {{ snowplow_value('first_products', 'id') }} as product_id,
        {{ snowplow_value('first_products', 'quantity') }} as product_quantity,
        {{ snowplow_value('first_products', 'currency') }} as product_currency

    from events
    {% for entity in [
        'actions', 'checkout_steps', 'transactions', 'refunds', 'client_sessions',
        'first_products',
    ] %}
    left join {{ entity }}
        on
            events.event_id = {{ entity }}.root_id
            and events.collector_tstamp = {{ entity }}.root_tstamp
    {% endfor %}

)

select * from events_with_entities

{{ config(enabled='snowplow' in event_sources(setting('event_sources'))) }}

with

-- a transaction_item is a line of a transaction, and no event
events as (

    select * from {{ ref('base_snowplow__events') }}

    where event is null or event != 'transaction_item'

),

renamed as (

    select
        ---------- ids
        distinct_event_id as event_id,
        {{ text_or_null('app_id') }} as site_id,
        -- network_userid changes with each request without a cookie
        coalesce({{ text_or_null('domain_userid') }}, client_user_id) as visitor_id,
        {{ text_or_null('user_id') }} as user_id,
        coalesce({{ text_or_null('domain_sessionid') }}, client_session_id)
            as source_session_id,

        ---------- what happened
        case
            when event = 'struct'
                then coalesce({{ text_or_null('se_action') }}, event_name)
            when ecommerce_action = 'checkout_step' and coalesce(checkout_step, 1) = 1
                then 'begin_checkout'
            when ecommerce_action is not null
                then ecommerce_action
            else coalesce({{ text_or_null('event_name') }}, event)
        end as event_name,
        event_at,
        loaded_at,

        ---------- where it happened
        {{ text_or_null('page_url') }} as page_url,
        {{ text_or_null('page_title') }} as page_title,
        {{ text_or_null('page_referrer') }} as referrer_url,
        {{ text_or_null('useragent') }} as user_agent,
        {{ text_or_null('user_ipaddress') }} as ip_address,
        {{ text_or_null('platform') }} as platform,
        {{ text_or_null('geo_country') }} as country,
        coalesce(
            {{ text_or_null('geo_region_name') }}, {{ text_or_null('geo_region') }}
        ) as region,
        {{ text_or_null('geo_city') }} as city,
        {{ text_or_null('br_lang') }} as language,

        ---------- where the visitor came from, as the query of the page says
        {{ text_or_null('mkt_source') }} as traffic_source,
        {{ text_or_null('mkt_medium') }} as traffic_medium,
        {{ text_or_null('mkt_campaign') }} as traffic_campaign,
        {{ text_or_null('mkt_term') }} as traffic_term,
        {{ text_or_null('mkt_content') }} as traffic_content,

        ---------- commerce
        case
            when event = 'transaction' then {{ text_or_null('tr_orderid') }}
            when ecommerce_action = 'transaction' then transaction_id
            when ecommerce_action = 'refund'
                then coalesce(refund_transaction_id, transaction_id)
        end as order_id,
        case
            when event = 'transaction' then tr_total
            when ecommerce_action = 'transaction' then transaction_revenue
            when ecommerce_action = 'refund' then refund_amount
        end as revenue,
        case
            when event = 'transaction' then {{ text_or_null('tr_currency') }}
            when ecommerce_action = 'transaction' then transaction_currency
            when ecommerce_action = 'refund' then refund_currency
            else product_currency
        end as currency,
        case
            when event = 'transaction' then tr_tax
            when ecommerce_action = 'transaction' then transaction_tax
        end as tax,
        case
            when event = 'transaction' then tr_shipping
            when ecommerce_action = 'transaction' then transaction_shipping
        end as shipping,
        case
            when ecommerce_action = 'transaction' then transaction_discount_amount
        end as discount,
        case
            when ecommerce_action = 'transaction' then transaction_discount_code
        end as coupon,
        product_id,
        {%- for name in snowplow_own_columns() %}
        {{ name }},
        {%- endfor %}
        product_quantity as quantity

    from events

)

select * from renamed

{{ config(enabled='ga4' in event_sources(setting('event_sources'))) }}

with

source as (

    select * from {{ source('ga4', 'events') }}

),

renamed as (

    select
        ---------- ids
        -- the export has no id of an event: two rows equal in all this are one event
        {{ key_to_text(surrogate_key([
            text_or_null('user_pseudo_id'),
            text_or_null('event_timestamp'),
            text_or_null('event_name'),
            text_or_null('event_bundle_sequence_id'),
            nested_as_text('event_params'),
        ])) }} as event_id,
        {{ text_or_null('stream_id') }} as site_id,
        {{ text_or_null('user_pseudo_id') }} as visitor_id,
        {{ text_or_null('user_id') }} as user_id,
        {{ text_or_null(parameter_value('event_params', 'ga_session_id', 'int')) }}
            as source_session_id,

        ---------- what happened
        case event_name
            when 'view_item' then 'product_view'
            else {{ text_or_null('event_name') }}
        end as event_name,
        {{ timestamp_from_microseconds('event_timestamp') }} as event_at,
        {{ cast_bigint('event_bundle_sequence_id') }} as event_sequence,
        -- a day's table arrives whole, once its day has ended in every time zone
        {{ timestamp_add('day', 2, date_from_digits('event_date')) }} as loaded_at,

        ---------- where it happened
        {{ text_or_null(parameter_value('event_params', 'page_location')) }}
            as page_url,
        {{ text_or_null(parameter_value('event_params', 'page_title')) }}
            as page_title,
        {{ text_or_null(parameter_value('event_params', 'page_referrer')) }}
            as referrer_url,
        cast(null as {{ type_text() }}) as user_agent,
        cast(null as {{ type_text() }}) as ip_address,

        ---------- with what, and from where, as Analytics found it
        {{ text_or_null('device.category') }} as device_category,
        {{ text_or_null('device.web_info.browser') }} as browser,
        {{ text_or_null('device.operating_system') }} as operating_system,
        {{ text_or_null('platform') }} as platform,
        {{ text_or_null('geo.country') }} as country,
        {{ text_or_null('geo.region') }} as region,
        {{ text_or_null('geo.city') }} as city,
        {{ text_or_null('device.language') }} as language,

        ---------- where the visitor came from, as Analytics resolved it
        {{ text_or_null(parameter_value('event_params', 'source')) }}
            as traffic_source,
        {{ text_or_null(parameter_value('event_params', 'medium')) }}
            as traffic_medium,
        -- a campaign in brackets is Analytics' own word for having none
        case
            when {{ parameter_value('event_params', 'campaign') }} not like '(%)'
                then {{ text_or_null(parameter_value('event_params', 'campaign')) }}
        end as traffic_campaign,
        {{ text_or_null(parameter_value('event_params', 'term')) }} as traffic_term,
        {{ text_or_null(parameter_value('event_params', 'content')) }}
            as traffic_content,

        ---------- commerce
        nullif({{ text_or_null('ecommerce.transaction_id') }}, '(not set)') as order_id,
        case event_name
            when 'purchase' then {{ cast_money('ecommerce.purchase_revenue') }}
            when 'refund' then {{ cast_money('ecommerce.refund_value') }}
        end as revenue,
        {{ text_or_null(parameter_value('event_params', 'currency')) }} as currency,
        case
            when event_name in ('purchase', 'refund')
                then {{ cast_money('ecommerce.tax_value') }}
        end as tax,
        case
            when event_name in ('purchase', 'refund')
                then {{ cast_money('ecommerce.shipping_value') }}
        end as shipping,
        cast(null as decimal(20, 6)) as discount,
        case
            when event_name in ('purchase', 'refund')
                then {{ text_or_null(parameter_value('event_params', 'coupon')) }}
        end as coupon,
        {{ text_or_null(first_item('items', 'item_id')) }} as product_id,
        {{ cast_bigint(first_item('items', 'quantity')) }} as quantity

    from source

)

select * from renamed

{{ config(enabled='generic' in var('event_sources').split()) }}

with

source as (

    select * from {{ source('raw', 'events') }}

),

renamed as (

    select
        ---------- ids
        {{ text_or_null('event_id') }} as event_id,
        {{ text_or_null('site_id') }} as site_id,
        {{ text_or_null('visitor_id') }} as visitor_id,
        {{ text_or_null('user_id') }} as user_id,

        ---------- what happened
        {{ text_or_null('event_name') }} as event_name,
        {{ timestamp_or_null('event_at') }} as event_at,
        {{ whole_number('event_sequence') }} as event_sequence,
        {{ cast_or_null('loaded_at', type_moment()) }} as loaded_at,

        ---------- where it happened
        {{ text_or_null('page_url') }} as page_url,
        {{ text_or_null('referrer_url') }} as referrer_url,
        {{ text_or_null('user_agent') }} as user_agent,
        {{ text_or_null('ip_address') }} as ip_address,
        {{ text_or_null('country') }} as country,

        ---------- where the visitor came from, as the tracker resolved it
        {{ text_or_null('traffic_source') }} as traffic_source,
        {{ text_or_null('traffic_medium') }} as traffic_medium,
        {{ text_or_null('traffic_campaign') }} as traffic_campaign,
        {{ text_or_null('traffic_term') }} as traffic_term,
        {{ text_or_null('traffic_content') }} as traffic_content,

        ---------- commerce
        {{ text_or_null('order_id') }} as order_id,
        {{ amount('revenue') }} as revenue,
        {{ text_or_null('currency') }} as currency,
        {{ text_or_null('product_id') }} as product_id,
        {{ whole_number('quantity') }} as quantity

    from source

)

select * from renamed

-- sqlfluff:rules:references.consistent:single_table_references:unqualified
{{ config(enabled='ga4' in event_sources(setting('event_sources'))) }}
{%- set traffic_fields = {
    'source': 'manual_source', 'medium': 'manual_medium', 'term': 'manual_term',
    'campaign': 'manual_campaign_name', 'content': 'manual_content',
} -%}
{%- set analytics_storage = text_or_null('privacy_info.analytics_storage') %}

with

source as (

    select * from {{ ref('base_ga4__events') }}

),

-- where the visitor came from, as Analytics collected it with the event, else as its
-- parameters have it
collected as (

    select
        *,
        event_name in ('purchase', 'refund') as is_of_order,
        {%- for field, name in traffic_fields.items() %}
        coalesce(
            {{ text_unless_bracketed('collected_traffic_source.' ~ name) }},
            {{ text_unless_bracketed(parameter_value('event_params', field)) }}
        ) as collected_{{ field }},
        {%- endfor %}
        case
            when {{ text_or_null('collected_traffic_source.gclid') }} is not null
                then 'gclid'
            when {{ text_or_null('collected_traffic_source.dclid') }} is not null
                then 'dclid'
            when {{ text_or_null('collected_traffic_source.srsltid') }} is not null
                then 'srsltid'
        end as collected_click_id

    from source

),

renamed as (

    select
        ---------- ids
        event_id,
        {{ text_or_null('stream_id') }} as site_id,
        {{ text_or_null('user_pseudo_id') }} as visitor_id,
        {{ text_or_null('user_id') }} as user_id,
        {{ text_or_null(parameter_value('event_params', 'ga_session_id', 'int')) }}
            as source_session_id,
        -- whoever denies consent has no id
        case
            when user_pseudo_id is null or {{ analytics_storage }} = 'No' then 'denied'
            when {{ analytics_storage }} = 'Yes' then 'granted'
        end as consent,

        ---------- what happened
        {{ text_or_null('event_name') }} as event_name,
        {{ timestamp_from_microseconds('event_timestamp') }} as event_at,
        -- events of one batch share a timestamp: the batch, then the place in it
        coalesce(
            {{ cast_bigint(
                'cast(batch_page_id as decimal(38, 0)) * 1000000'
                ~ ' + greatest(0, least(coalesce(batch_ordering_id, 0), 9999)) * 100'
                ~ ' + greatest(0, least(coalesce(batch_event_index, 0), 99))'
            ) }},
            {{ cast_bigint('event_bundle_sequence_id') }}
        ) as event_sequence,
        loaded_at,
        load_checksum,
        {{ parameters_as_json('event_params') | indent(8) }} as event_properties,

        ---------- where it happened
        {{ text_or_null(parameter_value('event_params', 'page_location')) }}
            as page_url,
        {{ text_or_null(parameter_value('event_params', 'page_title')) }} as page_title,
        {{ text_or_null(parameter_value('event_params', 'page_referrer')) }}
            as referrer_url,

        ---------- with what, and from where, as Analytics found it
        {{ text_or_null('device.category') }} as device_category,
        {{ text_or_null('device.web_info.browser') }} as browser,
        {{ text_or_null('device.operating_system') }} as operating_system,
        {{ text_or_null('platform') }} as platform,
        {{ text_or_null('geo.country') }} as country,
        {{ text_or_null('geo.region') }} as region,
        {{ text_or_null('geo.city') }} as city,
        {{ text_or_null('device.language') }} as language,

        ---------- where the visitor came from: Analytics calls clicks on ads organic,
        ---------- and unpaid listings of products have an id of their own
        coalesce(
            collected_source,
            case when collected_click_id is not null then 'google' end
        ) as traffic_source,
        case
            when
                coalesce({{ lower_ascii('collected_source') }}, 'google') = 'google'
                and coalesce(
                    {{ lower_ascii('collected_medium') }}, 'organic'
                ) = 'organic'
                then case collected_click_id
                    when 'gclid' then 'cpc'
                    when 'dclid' then 'display'
                    when 'srsltid' then 'organic'
                    else collected_medium
                end
            else collected_medium
        end as traffic_medium,
        collected_campaign as traffic_campaign,
        -- alone they are of an earlier visit
        {%- for field in ['term', 'content'] %}
        case
            when
                coalesce(collected_source, collected_medium, collected_click_id)
                is not null
                then collected_{{ field }}
        end as traffic_{{ field }},
        {%- endfor %}

        ---------- commerce
        nullif({{ text_or_null('ecommerce.transaction_id') }}, '(not set)') as order_id,
        case event_name
            when 'purchase' then {{ cast_money('ecommerce.purchase_revenue') }}
            when 'refund' then {{ cast_money('ecommerce.refund_value') }}
        end as revenue,
        {{ text_or_null(parameter_value('event_params', 'currency')) }} as currency,
        case when is_of_order then {{ cast_money('ecommerce.tax_value') }} end as tax,
        case when is_of_order then {{ cast_money('ecommerce.shipping_value') }} end
            as shipping,
        case
            when is_of_order
                then {{ text_or_null(parameter_value('event_params', 'coupon')) }}
        end as coupon,
        {{ text_or_null(first_item('items', 'item_id')) }} as product_id,
        {{ cast_bigint(first_item('items', 'quantity')) }} as quantity,
        {{ cast_bigint(
            parameter_value('event_params', 'engagement_time_msec', 'int')
        ) }} as engaged_milliseconds

    from collected

)

select * from renamed

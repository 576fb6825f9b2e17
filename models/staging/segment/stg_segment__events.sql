{{ config(enabled='segment' in event_sources(setting('event_sources'))) }}
{%- set tables = segment_tables(['page', 'screen', 'track', 'order', 'event']) %}
{%- set own_columns = segment_own_columns(tables) %}

with

-- each call under the same columns, whatever its table has by now
calls as (
    {% for table in tables or [{'kind': 'page', 'name': 'pages', 'relation': none}] %}
    select
        '{{ table.kind }}' as table_kind,
        {{ quote_literal(table.name) }} as table_name,
        {%- for column, names in segment_columns(table.kind).items() %}
        {{ first_of_columns(table.relation, names) }} as {{ column }},
        {%- endfor %}
        {%- for name in own_columns if name not in segment_columns(table.kind) %}
        {{ first_of_columns(table.relation, [name]) }} as {{ name }},
        {%- endfor %}
        {{ first_of_columns(table.relation, ['timestamp'], 'timestamp') }} as event_at,
        {{ first_of_columns(
            table.relation, segment_loaded_at(table.relation), 'timestamp'
        ) }} as loaded_at

    {{ from_given(table.relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

calls_by_table as (

    select
        *,
        case
            when table_kind = 'track'
                then {{ segment_table_of_event('event_text') | indent(16) }}
        end as event_table

    from calls

),

-- tracks has every event without its properties. An event with a table of its own is
-- read from that table only, so it does not matter which of the two is loaded first
calls_once as (

    select * from calls_by_table

    where
        event_table is null
        or {{ is_read_from_tracks('event_table', 'loaded_at') | indent(8) }}

),

renamed as (

    select
        ---------- ids
        event_id,
        site_id,
        visitor_id,
        user_id,
        source_session_id,

        ---------- what happened
        case
            when table_kind in ('page', 'screen') then table_kind
            when table_kind = 'track' then event_text
            else coalesce(event_text, table_name)
        end as event_name,
        event_at,
        loaded_at,

        ---------- where it happened
        page_url,
        page_title,
        referrer_url,
        user_agent,
        ip_address,

        ---------- with what, and from where; the type of a device is ios or android
        context_device_type as device_category,
        context_device_type as platform,
        operating_system,
        country,
        region,
        city,
        language,

        ---------- where the visitor came from, by the parameters of the page
        traffic_source,
        traffic_medium,
        traffic_campaign,
        traffic_term,
        traffic_content,

        ---------- commerce
        order_id,
        {{ money_or_null('revenue') }} as revenue,
        currency,
        {{ money_or_null('tax') }} as tax,
        {{ money_or_null('shipping') }} as shipping,
        {{ money_or_null('discount') }} as discount,
        coupon,
        product_id,
        {{ as_own_type('quantity', 'integer') }} as quantity,
        {%- for name in own_columns %}
        {{ name }},
        {%- endfor %}

        ---------- which loader; tables are loaded one after the other
        case
            when event_table is null then 'segment_' || table_name
            else 'segment_' || table_name || '_of_' || event_table
        end as event_source

    from calls_once

)

select * from renamed

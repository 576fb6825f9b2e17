{%- set resolved_columns = [
    'device_category', 'browser', 'operating_system', 'platform',
    'ip_address', 'traffic_source', 'traffic_medium', 'traffic_campaign',
    'traffic_term', 'traffic_content',
] %}

with

events as (

    select
        events.*,
        {{ site_time_zone('sites') }} as time_zone,
        coalesce(events.event_at, events.loaded_at) as dated_at

    from {{ ref('int_events_sourced') }} as events
    left join {{ ref('stg_seeds__sites') }} as sites
        on events.site_id = sites.site_id

    {{ optimization_fence() }}

),

-- each hour of each zone is converted once, not each event, unless the clock was set
-- within it
events_with_local_time as (

    select
        events.*,
        case
            when zone_hours.first_offset_seconds = zone_hours.last_offset_seconds
                then {{ timestamp_add(
                    'second', 'zone_hours.first_offset_seconds', 'events.dated_at'
                ) }}
            else {{ convert_timezone('events.dated_at', 'events.time_zone') }}
        end as dated_at_local

    from events
    left join {{ ref('int_lookup_utc_offsets') }} as zone_hours
        on
            events.time_zone = zone_hours.time_zone
            and {{ dbt.date_trunc('hour', 'events.dated_at') }} = zone_hours.hour_at

    {{ optimization_fence() }}

),

events_resolved as (

    select
        ---------- keys
        {{ surrogate_key(['events.site_id', 'events.visitor_id']) }} as visitor_key,
        case
            when events.delivered_id is not null then {{ event_key('events.') }}
        end as event_key,
        case when events.event_name = 'page_view' then events.page_url_key end
            as page_key,

        ---------- the event as its source tells it
        {%- for column in event_columns() if column.name not in resolved_columns %}
        events.{{ column.name }},
        {%- endfor %}

        events.event_name_given,

        ---------- whether it counts, and its place in the calendar
        events.exclusion_reason,
        events.is_server_side,
        case when events.exclusion_reason = 'bot' then events.bot_name end as bot_name,
        case when events.exclusion_reason = 'bot' then events.bot_kind end as bot_kind,
        events.arrived_first
        and coalesce(events.exclusion_reason, 'duplicate') = 'duplicate'
            as is_candidate,
        case when events.event_at is not null then events.dated_at_local end
            as event_at_local,
        cast(events.dated_at_local as date) as event_date,
        cast(events.loaded_at as date) as loaded_date,
        events.load_checksum,

        ---------- what addresses and the device say
        events.page_path,
        events.page_group,
        events.referrer_host,
        events.referrer_domain,
        events.device_category,
        events.browser,
        events.operating_system,
        events.platform,
        {{ kept_ip_address(setting('ip_addresses')) }} as ip_address,

        ---------- where the visitor came from; null where the event brings no source
        events.source_place,
        case events.source_place
            when 'columns' then {{ completed_source('events.column_source') }}
            when 'utm' then {{ completed_source('events.tag_source') }}
            when 'click_id'
                then {{ click_id_implies('events.page_click_id_name', 'source') }}
            when 'referrer' then events.referrer_source
        end as traffic_source,
        case events.source_place
            when 'columns'
                then {{ completed_medium(
                    'events.column_source', 'events.traffic_medium'
                ) }}
            when 'utm'
                then {{ completed_medium('events.tag_source', 'events.utm_medium') }}
            when 'click_id'
                then {{ click_id_implies('events.page_click_id_name', 'medium') }}
            when 'referrer' then events.referrer_medium
        end as traffic_medium,
        case events.source_place
            when 'columns' then events.traffic_campaign
            when 'utm' then events.utm_campaign
        end as traffic_campaign,
        case events.source_place
            when 'columns' then events.traffic_term
            when 'utm' then events.utm_term
        end as traffic_term,
        case events.source_place
            when 'columns' then events.traffic_content
            when 'utm' then events.utm_content
        end as traffic_content,
        case
            when events.source_place in ('utm', 'click_id', 'referrer')
                then events.page_click_id_name
        end as click_id_name

    from events_with_local_time as events

)

select * from events_resolved

with

events as (

    select * from {{ ref('int_events_described') }}

),

sites as (

    select * from {{ ref('int_sites') }}

),

events_with_time_zone as (

    select
        events.*,
        coalesce(sites.time_zone, '{{ var("reporting_time_zone") }}') as time_zone,
        {{ dbt.date_trunc('minute', 'coalesce(events.event_at, events.loaded_at)') }}
            as minute_at

    from events
    left join sites
        on events.site_id = sites.site_id

),

-- each minute of each zone is converted once: offsets change on whole minutes
minutes as (

    select distinct
        time_zone,
        minute_at

    from events_with_time_zone

),

local_minutes as (

    select
        time_zone,
        minute_at,
        {{ seconds_between('minute_at', local_time('minute_at', 'time_zone')) }}
            as utc_offset_seconds

    from minutes

),

events_enriched as (

    select
        ---------- ids
        {{ identity_key(['events.site_id', 'events.visitor_id']) }} as visitor_key,
        {{ identity_key(['events.site_id', 'events.visitor_id', 'events.event_id']) }}
            as event_key,
        events.event_id,
        events.site_id,
        events.visitor_id,
        events.user_id,

        ---------- what happened
        events.exclusion_reason,
        events.event_name,
        events.event_at,
        {{ dbt.dateadd(
            'second', 'local_minutes.utc_offset_seconds', 'events.event_at'
        ) }} as event_at_local,
        cast(
            {{ dbt.dateadd(
                'second', 'local_minutes.utc_offset_seconds',
                'coalesce(events.event_at, events.loaded_at)'
            ) }} as date
        ) as local_day,
        events.event_sequence,
        events.loaded_at,

        ---------- where it happened
        events.page_url,
        events.page_path,
        events.referrer_url,
        events.referrer_host,
        events.user_agent,
        events.ip_address,
        events.country,

        ---------- where the visitor came from; null where the event brings no source
        events.source_place,
        {%- for field in ['source', 'medium', 'campaign', 'term', 'content'] %}
        case events.source_place
            when 'columns' then events.traffic_{{ field }}
            when 'utm' then events.utm_{{ field }}
            {%- if field in ['source', 'medium'] %}
            when 'click_id'
                then {{ click_id_implies('events.page_click_id_name', field) }}
            when 'referrer' then events.referrer_{{ field }}
            {%- endif %}
        end as traffic_{{ field }},
        {%- endfor %}
        case
            when events.source_place in ('utm', 'click_id')
                then events.page_click_id_name
        end as click_id_name,

        ---------- commerce
        events.order_id,
        events.revenue,
        events.currency,
        events.product_id,
        events.quantity

    from events_with_time_zone as events
    left join local_minutes
        on
            events.time_zone = local_minutes.time_zone
            and events.minute_at = local_minutes.minute_at

)

select * from events_enriched

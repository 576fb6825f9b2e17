{{ config(partition_and_cluster_by('session_date', keys=[
    'session_key', 'visitor_key', 'session_ended_at',
])) }}

with

-- the few events whose wide columns describe a session
boundary_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
        and (
            event_number = 1
            or is_landing
            or is_exit
            or is_last_with_user
            or adopts_source
        )
    {% if is_incremental() %}
        and {{ in_affected_island('int_sessions_enriched') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('boundary_events', 'loaded_date') }}
    {% endif %}

),

events_of_sessions as (

    select
        events.*,
        boundary_events.session_key,
        boundary_events.event_number = 1 as is_opening,
        -- the opening event of a session that adopts a source has none
        boundary_events.event_number = 1 or boundary_events.adopts_source
            as brings_source,
        boundary_events.is_landing,
        boundary_events.is_exit,
        boundary_events.is_last_with_user

    from events
    inner join boundary_events
        on events.event_key = boundary_events.event_key

),

descriptions as (

    select
        session_key,
        max(case when is_opening then site_id end) as site_id,
        max(case when is_opening then visitor_id end) as visitor_id,
        max(case when is_opening then event_at_local end) as event_at_local,
        max(case when is_opening then referrer_host end) as referrer_host,
        max(case when is_opening then referrer_domain end) as referrer_domain,
        max(case when is_opening then device_category end) as device_category,
        max(case when is_opening then browser end) as browser,
        max(case when is_opening then operating_system end) as operating_system,
        max(case when is_opening then platform end) as platform,
        max(case when is_opening then country end) as country,
        max(case when is_opening then region end) as region,
        max(case when is_opening then city end) as city,
        max(case when is_opening then language end) as language,
        max(case when is_opening then page_title end) as page_title,
        max(case when is_opening then source_session_id end) as source_session_id,
        max(case when brings_source then source_place end) as source_place,
        max(case when brings_source then traffic_source end) as traffic_source,
        max(case when brings_source then traffic_medium end) as traffic_medium,
        max(case when brings_source then traffic_campaign end) as traffic_campaign,
        max(case when brings_source then traffic_term end) as traffic_term,
        max(case when brings_source then traffic_content end) as traffic_content,
        max(case when brings_source then click_id_name end) as click_id_name,
        max(case when is_landing then page_url end) as landing_page_url,
        max(case when is_landing then page_path end) as landing_page_path,
        max(case when is_exit then page_path end) as exit_page_path,
        max(case when is_last_with_user then user_id end) as user_id

    from events_of_sessions

    group by session_key

),

descriptions_with_channel_names as (

    select
        *,
        {{ channel_name('source') }} as channel_source,
        {{ channel_name('medium') }} as channel_medium,
        {{ channel_name('campaign') }} as channel_campaign

    from descriptions

),

sessions_enriched as (

    select
        counted.*,
        descriptions.site_id,
        descriptions.visitor_id,
        descriptions.event_at_local,
        descriptions.referrer_host,
        descriptions.referrer_domain,
        descriptions.device_category,
        descriptions.browser,
        descriptions.operating_system,
        descriptions.platform,
        descriptions.country,
        descriptions.region,
        descriptions.city,
        descriptions.language,
        descriptions.page_title,
        descriptions.source_session_id,
        descriptions.source_place,
        descriptions.traffic_source,
        descriptions.traffic_medium,
        descriptions.traffic_campaign,
        descriptions.traffic_term,
        descriptions.traffic_content,
        descriptions.click_id_name,
        cast(descriptions.event_at_local as date) as session_date,
        cast(coalesce(channels.channel, 'Unassigned') as {{ type_text() }})
            as channel,
        descriptions.landing_page_url,
        descriptions.landing_page_path,
        descriptions.exit_page_path,
        {%- for column in own_session_columns() %}
        own_columns.{{ column.name }},
        {%- endfor %}
        descriptions.user_id

    from descriptions_with_channel_names as descriptions
    inner join {{ ref('int_sessions_aggregated') }} as counted
        on descriptions.session_key = counted.session_key
    {%- if own_session_columns() %}
    inner join {{ ref('int_sessions_with_own_columns') }} as own_columns
        on descriptions.session_key = own_columns.session_key
    {%- endif %}
    left join {{ ref('int_session_channels') }} as channels
        on
            descriptions.channel_source = channels.channel_source
            and descriptions.channel_medium = channels.channel_medium
            and descriptions.channel_campaign = channels.channel_campaign

)

select * from sessions_enriched

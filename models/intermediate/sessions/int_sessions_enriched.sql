{{ config(partition_and_cluster_by('session_date', keys=[
    'session_key', 'visitor_key', 'session_ended_at',
])) }}
{%- set columns_of_the_opening_event = [
    'site_id', 'visitor_id', 'event_at_local',
    'referrer_host', 'referrer_domain', 'device_category', 'browser',
    'operating_system', 'country',
] -%}
{%- set columns_of_the_source = [
    'source_place', 'traffic_source', 'traffic_medium', 'traffic_campaign',
    'traffic_term', 'traffic_content', 'click_id_name',
] -%}

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

descriptions as (

    select
        boundary_events.session_key,
        {%- for column in columns_of_the_opening_event %}
        max(case when boundary_events.event_number = 1 then events.{{ column }} end)
            as {{ column }},
        {%- endfor %}
        -- the opening event of a session that adopts a source has none
        {%- for column in columns_of_the_source %}
        max(
            case
                when boundary_events.event_number = 1 or boundary_events.adopts_source
                    then events.{{ column }}
            end
        ) as {{ column }},
        {%- endfor %}
        max(case when boundary_events.is_landing then events.page_url end)
            as landing_page_url,
        max(case when boundary_events.is_landing then events.page_path end)
            as landing_page_path,
        max(case when boundary_events.is_exit then events.page_path end)
            as exit_page_path,
        max(case when boundary_events.is_last_with_user then events.user_id end)
            as user_id

    from events
    inner join boundary_events
        on events.event_key = boundary_events.event_key

    group by boundary_events.session_key

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
        {%- for column in columns_of_the_opening_event + columns_of_the_source %}
        descriptions.{{ column }},
        {%- endfor %}
        cast(descriptions.event_at_local as date) as session_date,
        cast(coalesce(channels.channel, 'Unassigned') as {{ type_text() }})
            as channel,
        descriptions.landing_page_url,
        descriptions.landing_page_path,
        descriptions.exit_page_path,
        descriptions.user_id

    from descriptions_with_channel_names as descriptions
    inner join {{ ref('int_sessions_aggregated') }} as counted
        on descriptions.session_key = counted.session_key
    left join {{ ref('int_session_channels') }} as channels
        on
            descriptions.channel_source = channels.channel_source
            and descriptions.channel_medium = channels.channel_medium
            and descriptions.channel_campaign = channels.channel_campaign

)

select * from sessions_enriched

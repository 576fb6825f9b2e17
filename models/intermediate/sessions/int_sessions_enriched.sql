{{ config(partition_and_cluster_by('session_date', keys=[
    'session_key', 'visitor_key', 'session_ended_at',
])) }}
{%- set columns_of_opening = [
    'site_id', 'visitor_id', 'event_at_local', 'referrer_host',
    'referrer_domain', 'device_category', 'browser', 'operating_system',
    'platform', 'country', 'region', 'city', 'language', 'page_title',
    'source_session_id',
] %}
{%- set columns_of_source = [
    'source_place', 'traffic_source', 'traffic_medium', 'traffic_campaign',
    'traffic_term', 'traffic_content', 'click_id_name',
] %}

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
        {%- for name in columns_of_opening %}
        max(case when is_opening then {{ name }} end) as {{ name }},
        {%- endfor %}
        {%- for name in columns_of_source %}
        max(case when brings_source then {{ name }} end) as {{ name }},
        {%- endfor %}
        max(case when is_landing then page_url end) as landing_page_url,
        max(case when is_landing then page_path end) as landing_page_path,
        max(case when is_landing then page_group end) as landing_page_group,
        max(case when is_exit then page_path end) as exit_page_path,
        max(case when is_exit then page_group end) as exit_page_group,
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
        {%- for name in columns_of_opening + columns_of_source %}
        descriptions.{{ name }},
        {%- endfor %}
        cast(descriptions.event_at_local as date) as session_date,
        cast(coalesce(channels.channel, 'Unassigned') as {{ type_text() }})
            as channel,
        descriptions.landing_page_url,
        descriptions.landing_page_path,
        descriptions.landing_page_group,
        descriptions.exit_page_path,
        descriptions.exit_page_group,
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

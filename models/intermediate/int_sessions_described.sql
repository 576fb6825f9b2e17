{{ config(laid_out_by('session_date', keys=[
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

-- the few events whose wide columns say something of the session
telling_events as (

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
        and {{ is_pending('int_sessions_described') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('telling_events', 'loaded_day') }}
    {% endif %}

),

descriptions as (

    select
        telling_events.session_key,
        {%- for column in columns_of_the_opening_event %}
        max(case when telling_events.event_number = 1 then events.{{ column }} end)
            as {{ column }},
        {%- endfor %}
        -- of a session that adopts a source, the opening event brings none
        {%- for column in columns_of_the_source %}
        max(
            case
                when telling_events.event_number = 1 or telling_events.adopts_source
                    then events.{{ column }}
            end
        ) as {{ column }},
        {%- endfor %}
        max(case when telling_events.is_landing then events.page_url end)
            as landing_page_url,
        max(case when telling_events.is_landing then events.page_path end)
            as landing_page_path,
        max(case when telling_events.is_exit then events.page_path end)
            as exit_page_path,
        max(case when telling_events.is_last_with_user then events.user_id end)
            as user_id

    from events
    inner join telling_events
        on events.event_key = telling_events.event_key

    group by telling_events.session_key

),

descriptions_with_channel_names as (

    select
        *,
        coalesce(
            {{ lower_ascii('traffic_source') }},
            case when source_place is null then '(direct)' else '' end
        ) as channel_source,
        coalesce(
            {{ lower_ascii('traffic_medium') }},
            case when source_place is null then '(none)' else '' end
        ) as channel_medium,
        coalesce({{ lower_ascii('traffic_campaign') }}, '') as channel_campaign

    from descriptions

),

-- each source is put into its channel once
sources as (

    select distinct
        channel_source,
        channel_medium,
        channel_campaign

    from descriptions_with_channel_names

),

-- apart, because an outer join without an equality is none on some engines
sources_in_patterns as (

    select distinct
        sources.channel_source as matched_source,
        patterns.category

    from sources
    inner join {{ ref('source_category_patterns') }} as patterns
        on {{ matches_column('sources.channel_source', 'patterns.source_pattern') }}

),

sources_with_category as (

    select
        sources.*,
        coalesce(categories.category, patterns.category) as source_category

    from sources
    left join {{ ref('source_categories') }} as categories
        on sources.channel_source = categories.source
    left join sources_in_patterns as patterns
        on sources.channel_source = patterns.matched_source

),

-- rules of one's own are asked first
rules as (

    select
        1 as seed_number,
        rule_number,
        channel,
        source_category,
        source_pattern,
        medium_pattern,
        campaign_pattern

    from {{ ref('own_channel_rules') }}

    union all

    select
        2 as seed_number,
        rule_number,
        channel,
        source_category,
        source_pattern,
        medium_pattern,
        campaign_pattern

    from {{ ref('channel_rules') }}

),

channels as (

    select
        sources.*,
        rules.channel,
        row_number() over (
            partition by
                sources.channel_source, sources.channel_medium, sources.channel_campaign
            order by rules.seed_number, rules.rule_number
        ) as match_number

    from sources_with_category as sources
    inner join rules
        on {{ channel_rule_holds() }}

),

sessions_described as (

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
    inner join {{ ref('int_sessions_counted') }} as counted
        on descriptions.session_key = counted.session_key
    left join channels
        on
            descriptions.channel_source = channels.channel_source
            and descriptions.channel_medium = channels.channel_medium
            and descriptions.channel_campaign = channels.channel_campaign
            and channels.match_number = 1

)

select * from sessions_described

with

-- an event on a page that is open already, such as a heartbeat, is no arrival
events as (

    select
        *,
        coalesce({{ matches_event_filter(setting('source_events')) }}, true)
            as may_bring_source

    from {{ ref('int_events_classified') }}

),

events_with_queries as (

    select
        *,
        {{ url_query('page_url') }} as page_query

    from events

    {{ optimization_fence() }}

),

-- the parts of URLs, which no later model parses again
events_with_url_parts as (

    select
        *,
        {{ url_path('page_url') }} as page_path,
        {{ url_host('referrer_url') }} as referrer_host,
        {{ tag_value('page_query', 'source') }} as utm_source,
        {{ tag_value('page_query', 'medium') }} as utm_medium_given,
        {{ tag_value('page_query', 'campaign') }} as utm_campaign,
        {{ tag_value('page_query', 'term') }} as utm_term,
        {{ tag_value('page_query', 'content') }} as utm_content,
        {{ click_id_name('page_query') }} as page_click_id_name

    from events_with_queries

    {{ optimization_fence() }}

),

-- a site owns the registrable domain of its page, with all hosts below it
events_with_domains as (

    select
        events.*,
        page_hosts.domain_name as page_domain,
        -- the host of an app is its package name
        case
            when events.referrer_url like 'android-app:%' then events.referrer_host
            else referrer_hosts.domain_name
        end as referrer_domain,
        case when medium_words.word is null then events.utm_medium_given end
            as utm_medium

    from events_with_url_parts as events
    left join {{ ref('int_lookup_hosts') }} as page_hosts
        on events.page_host = page_hosts.host_name
    left join {{ ref('int_lookup_hosts') }} as referrer_hosts
        on events.referrer_host = referrer_hosts.host_name
    left join {{ ref('stg_seeds__placeholder_values') }} as medium_words
        on
            medium_words.kind = 'medium'
            and {{ lower_ascii('events.utm_medium_given') }} = medium_words.word

),

-- every name that may be a source, evaluated once
source_names as (

    select * from {{ ref('int_lookup_referrers') }}

),

-- the place that an event's source is taken from as a whole: the first that names one
events_with_source_place as (

    select
        events.*,
        referrers.referrer_source,
        referrers.referrer_medium,
        {{ known_source('traffic') }} as column_source,
        {{ known_source('utm') }} as tag_source,
        case
            when not events.may_bring_source
                then null
            when {{ names_a_source('traffic') }}
                then 'columns'
            when {{ names_a_source('utm') }}
                then 'utm'
            when
                events.page_click_id_name is not null
                and not coalesce({{ yields_to_referrer() }}, false)
                then 'click_id'
            when
                events.referrer_host is not null
                and not referrers.is_own_domain
                and not referrers.is_excluded
                and not {{ is_host_within_domain(
                    'events.referrer_domain', 'events.page_domain'
                ) }}
                then 'referrer'
        end as source_place

    from events_with_domains as events
    left join source_names as traffic_sources
        on events.traffic_source = traffic_sources.source_name
    left join source_names as utm_sources
        on events.utm_source = utm_sources.source_name
    left join source_names as referrers
        on events.referrer_host = referrers.source_name

)

select * from events_with_source_place

with

-- an event on a page that is open already, such as a heartbeat, is no arrival
events as (

    select
        *,
        coalesce({{ matches_event_filter(setting('source_events')) }}, true)
            as may_bring_source

    from {{ ref('int_events_classified') }}

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
            -- a site owns the registrable domain of its page, with all hosts below it
            when
                events.referrer_host is not null
                and not referrers.is_own_domain
                and not referrers.is_excluded
                and not {{ is_host_within_domain(
                    'events.referrer_domain', 'events.page_domain'
                ) }}
                then 'referrer'
        end as source_place

    from events
    left join source_names as traffic_sources
        on events.traffic_source = traffic_sources.source_name
    left join source_names as utm_sources
        on events.utm_source = utm_sources.source_name
    left join source_names as referrers
        on events.referrer_host = referrers.source_name

)

select * from events_with_source_place

with

events as (

    select * from {{ ref('int_events_delivered') }}

),

events_with_queries as (

    select
        *,
        {{ url_query('page_url') }} as page_query

    from events

),

-- what the URLs say; from here on nothing parses them again
events_with_url_parts as (

    select
        *,
        {{ url_host('page_url') }} as page_host,
        {{ url_path('page_url') }} as page_path,
        {{ url_host('referrer_url') }} as referrer_host,
        {%- for field in ['source', 'medium', 'campaign', 'term', 'content'] %}
        {{ query_parameter('page_query', 'utm_' ~ field) }} as utm_{{ field }},
        {%- endfor %}
        {{ click_id_name('page_query') }} as page_click_id_name

    from events_with_queries

),

-- every name that may be a source, to be judged once. The few columns are read beside
-- the events: an import for both would be kept in memory whole
names as (

    select traffic_source as source_name
    from {{ ref('int_events_combined') }}

    union distinct

    select {{ query_parameter(url_query('page_url'), 'utm_source') }} as source_name
    from {{ ref('int_events_combined') }}

    union distinct

    select {{ url_host('referrer_url') }} as source_name
    from {{ ref('int_events_combined') }}

),

names_of_own_domains as (

    select distinct names.source_name

    from names
    inner join {{ ref('sites') }} as sites
        on {{ is_within_domain('names.source_name', 'sites.domain') }}

),

-- the longest host wins: mail.google.com is not the search engine google.com
names_of_referrer_sites as (

    select
        names.source_name,
        referrer_sites.source,
        referrer_sites.medium,
        row_number() over (
            partition by names.source_name order by length(referrer_sites.host) desc
        ) as match_number

    from names
    inner join {{ ref('referrer_sites') }} as referrer_sites
        on {{ is_within_domain('names.source_name', 'referrer_sites.host') }}

),

-- which place the source of an event is taken from, whole: the first that names any
events_with_source_place as (

    select
        events.*,
        coalesce(
            referrer_sites.source, {{ without_www('events.referrer_host') }}
        ) as referrer_source,
        coalesce(referrer_sites.medium, 'referral') as referrer_medium,
        case
            when {{ names_a_source(
                'events.traffic_', 'own_traffic_sources', 'events.page_host'
            ) }}
                then 'columns'
            when {{ names_a_source(
                'events.utm_', 'own_utm_sources', 'events.page_host'
            ) }}
                then 'utm'
            when events.page_click_id_name is not null
                then 'click_id'
            when
                events.referrer_host is not null
                and own_referrers.source_name is null
                and not {{ is_within_domain(
                    'events.referrer_host', 'events.page_host'
                ) }}
                then 'referrer'
        end as source_place

    from events_with_url_parts as events
    left join names_of_own_domains as own_traffic_sources
        on events.traffic_source = own_traffic_sources.source_name
    left join names_of_own_domains as own_utm_sources
        on events.utm_source = own_utm_sources.source_name
    left join names_of_own_domains as own_referrers
        on events.referrer_host = own_referrers.source_name
    left join names_of_referrer_sites as referrer_sites
        on
            events.referrer_host = referrer_sites.source_name
            and referrer_sites.match_number = 1

)

select * from events_with_source_place

{{ config(**reused_within_run()) }}

with

urls as (

    select * from {{ ref('int_lookup_urls') }}

),

sources_given as (

    select distinct traffic_source as source_given
    from {{ ref('int_events_this_run') }}

),

-- what may name a source, wherever it stands on an event
names as (

    select {{ trimmed('source_given') }} as source_name from sources_given

    union distinct

    select utm_source as source_name from urls

    union distinct

    select host_name as source_name from urls

),

named_hosts as (

    select
        source_name,
        {{ proxied_host('source_name') }} as host_name

    from names

),

names_of_own_domains as (

    select distinct named_hosts.source_name

    from named_hosts
    inner join {{ ref('sites') }} as sites
        on
            {{ domain_ending(lower_ascii('named_hosts.host_name')) }}
            = {{ domain_ending(lower_ascii('sites.domain')) }}
            and {{ is_within_domain('named_hosts.host_name', 'sites.domain') }}

),

-- the longest host wins: mail.google.com is not the search engine google.com
names_of_referrer_sites as (

    select
        named_hosts.source_name,
        referrer_sites.source,
        referrer_sites.medium,
        row_number() over (
            partition by named_hosts.source_name
            order by length(referrer_sites.host) desc
        ) as match_number

    from named_hosts
    inner join {{ ref('referrer_sites') }} as referrer_sites
        on
            {{ domain_ending('named_hosts.host_name') }}
            = {{ domain_ending('referrer_sites.host') }}
            and {{ is_within_domain('named_hosts.host_name', 'referrer_sites.host') }}

),

exclusions as (

    select host as excluded_host from {{ ref('referrer_exclusions') }}

    union all

    select {{ lower_ascii('host') }} as excluded_host
    from {{ ref('own_referrer_exclusions') }}

),

names_excluded as (

    select distinct named_hosts.source_name

    from named_hosts
    inner join exclusions
        on
            {{ domain_ending('named_hosts.host_name') }}
            = {{ domain_ending('exclusions.excluded_host') }}
            and {{ is_within_domain(
                'named_hosts.host_name', 'exclusions.excluded_host'
            ) }}

),

words as (

    select * from {{ ref('stg_seeds__placeholder_values') }}

),

names_judged as (

    select
        named_hosts.source_name,
        direct_words.word is not null as is_direct,
        source_words.word is not null as is_placeholder,
        own_domains.source_name is not null as is_own_domain,
        excluded.source_name is not null
        or {{ is_internal_host('named_hosts.host_name') }} as is_excluded,
        coalesce(
            referrer_sites.source, {{ without_www('named_hosts.host_name') }}
        ) as referrer_source,
        coalesce(referrer_sites.medium, 'referral') as referrer_medium

    from named_hosts
    left join names_of_own_domains as own_domains
        on named_hosts.source_name = own_domains.source_name
    left join names_excluded as excluded
        on named_hosts.source_name = excluded.source_name
    left join words as direct_words
        on
            direct_words.kind = 'direct'
            and {{ lower_ascii('named_hosts.source_name') }} = direct_words.word
    left join words as source_words
        on
            source_words.kind = 'source'
            and {{ lower_ascii('named_hosts.source_name') }} = source_words.word
    left join names_of_referrer_sites as referrer_sites
        on
            named_hosts.source_name = referrer_sites.source_name
            and referrer_sites.match_number = 1

    -- not before: an engine may evaluate it per event, before names are distinct
    where named_hosts.source_name is not null

)

select * from names_judged

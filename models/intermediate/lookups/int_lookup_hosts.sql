{{ config(**reused_within_run()) }}
{%- set most_labels = 8 %}

-- the longest suffix in the seed has six labels; its wildcard may have one more, and a
-- registrable domain has one more than its suffix
with

hosts as (

    select distinct host_name from {{ ref('int_lookup_urls') }}

),

-- a page in Google's AMP cache or translator belongs to the site that it is a copy of
hosts_served as (

    select
        host_name,
        {{ proxied_host('host_name') }} as served_host

    from hosts

),

-- a numeric address has no labels. It is not filtered out: an engine may evaluate such
-- a filter per event, before hosts are made distinct
hosts_in_labels as (

    select
        host_name,
        served_host,
        case
            when
                {{ regexp_like('served_host', '[^0-9.]') }}
                and served_host not like '[%'
                then served_host
        end as labels

    from hosts_served

),

label_counts as (

    {{ numbers_between(1, most_labels, 'label_count') | indent(4) }}

),

-- the last label of each host, the last two, and so on
host_endings as (

    select
        hosts_in_labels.host_name,
        hosts_in_labels.served_host,
        label_counts.label_count,
        case label_counts.label_count
            {%- for label_count in range(1, most_labels + 1) %}
            when {{ label_count }}
                then {{ regexp_extract(
                    'hosts_in_labels.labels',
                    '^(.*[.])?([^.]+([.][^.]+){' ~ (label_count - 1) ~ '})$',
                    2
                ) }}
            {%- endfor %}
        end as ending

    from hosts_in_labels
    cross join label_counts

),

suffixes as (

    select
        host_endings.host_name,
        suffixes.kind,
        case suffixes.kind
            when 'wildcard' then host_endings.label_count + 1
            when 'exception' then host_endings.label_count - 1
            else host_endings.label_count
        end as label_count

    from host_endings
    inner join {{ ref('public_suffixes') }} as suffixes
        on host_endings.ending = suffixes.suffix

    -- a wildcard stands for one label before its suffix
    where
        suffixes.kind != 'wildcard'
        or host_endings.ending != host_endings.served_host

),

-- an exception prevails, else the longest; without any, one label is the suffix
longest_suffixes as (

    select
        host_name,
        coalesce(
            max(case when kind = 'exception' then label_count end), max(label_count)
        ) as label_count

    from suffixes

    group by host_name

),

hosts_with_domains as (

    select
        hosts_served.host_name,
        coalesce(host_endings.ending, hosts_served.served_host) as domain_name

    from hosts_served
    left join longest_suffixes
        on hosts_served.host_name = longest_suffixes.host_name
    left join host_endings
        on
            hosts_served.host_name = host_endings.host_name
            and host_endings.label_count = coalesce(longest_suffixes.label_count, 1) + 1

    where hosts_served.host_name is not null

)

select * from hosts_with_domains

{{ config(**reused_within_run()) }}

with

urls_given as (

    select page_url as url_given from {{ ref('int_events_this_run') }}

    union distinct

    select referrer_url as url_given from {{ ref('int_events_this_run') }}

),

urls as (

    select distinct {{ trimmed('url_given') }} as url
    from urls_given

    {{ optimization_fence() }}

),

urls_with_queries as (

    select
        url,
        {{ url_query('url') }} as query

    from urls

    {{ optimization_fence() }}

),

-- the parts of URLs, which no other model parses again
urls_parsed as (

    select
        url,
        {{ url_host('url') }} as host_name,
        {{ url_path('url') }} as url_path,
        {{ tag_value('query', 'source') }} as utm_source,
        {{ tag_value('query', 'medium') }} as utm_medium,
        {{ tag_value('query', 'campaign') }} as utm_campaign,
        {{ tag_value('query', 'term') }} as utm_term,
        {{ tag_value('query', 'content') }} as utm_content,
        {{ click_id_name('query') }} as click_id_name

    from urls_with_queries

    {{ optimization_fence() }}

),

paths as (

    select distinct url_path from urls_parsed

    where url_path is not null

    {{ optimization_fence() }}

),

rules_that_match as (

    select
        paths.url_path,
        rules.path_pattern,
        rules.path_replacement,
        row_number() over (
            partition by paths.url_path order by rules.rule_position
        ) as match_number

    from paths
    cross join {{ ref('stg_seeds__path_rules') }} as rules

    where {{ matches_path_rule('paths.url_path', 'rules') }}

),

page_groups as (

    select
        url_path,
        {{ regexp_replace_column('url_path', 'path_pattern', 'path_replacement') }}
            as page_group

    from rules_that_match

    where match_number = 1

)

select
    urls.url,
    {{ surrogate_key(['urls.url']) }} as url_key,
    urls.host_name,
    urls.url_path,
    coalesce(page_groups.page_group, urls.url_path) as page_group,
    urls.utm_source,
    case when medium_words.word is null then urls.utm_medium end as utm_medium,
    urls.utm_campaign,
    urls.utm_term,
    urls.utm_content,
    urls.click_id_name

from urls_parsed as urls
left join page_groups
    on urls.url_path = page_groups.url_path
left join {{ ref('stg_seeds__placeholder_values') }} as medium_words
    on
        medium_words.kind = 'medium'
        and {{ lower_ascii('urls.utm_medium') }} = medium_words.word

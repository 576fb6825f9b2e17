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

)

select
    urls.url,
    {{ surrogate_key(['urls.url']) }} as url_key,
    urls.host_name,
    urls.url_path,
    urls.utm_source,
    case when medium_words.word is null then urls.utm_medium end as utm_medium,
    urls.utm_campaign,
    urls.utm_term,
    urls.utm_content,
    urls.click_id_name

from urls_parsed as urls
left join {{ ref('stg_seeds__placeholder_values') }} as medium_words
    on
        medium_words.kind = 'medium'
        and {{ lower_ascii('urls.utm_medium') }} = medium_words.word

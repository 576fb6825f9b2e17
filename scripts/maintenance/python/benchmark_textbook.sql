-- Sessions as a textbook makes them, by hand and for one shop: what the benchmark compares
-- the models with. Each event once, no robots, a session until half an hour of silence,
-- midnight at the shop or another source. `sessions` is the database that has raw.events.
create table textbook_events as
with

deliveries as (

    select
        *,
        row_number() over (
            partition by site_id, event_id order by loaded_at
        ) as delivery_number

    from sessions.raw.events

    where
        event_id is not null
        and visitor_id is not null
        and event_at is not null

),

visits as (

    select
        event_id,
        coalesce(site_id, 'default') as site_id,
        visitor_id,
        user_id,
        event_name,
        event_at,
        event_sequence,
        page_url,
        referrer_url,
        user_agent,
        country,
        order_id,
        revenue,
        currency,
        cast(
            event_at at time zone 'UTC' at time zone 'America/New_York' as date
        ) as event_date,
        regexp_extract(page_url, '^https?://([^/?#]+)', 1) as page_host,
        regexp_extract(page_url, '^https?://[^/?#]+([^?#]*)', 1) as page_path,
        regexp_extract(page_url, '[?&]utm_source=([^&#]*)', 1) as utm_source,
        regexp_extract(page_url, '[?&]utm_medium=([^&#]*)', 1) as utm_medium,
        regexp_extract(page_url, '[?&]utm_campaign=([^&#]*)', 1) as utm_campaign,
        regexp_extract(referrer_url, '^https?://([^/?#]+)', 1) as referrer_host

    from deliveries

    where
        delivery_number = 1
        and not regexp_matches(
            coalesce(user_agent, ''),
            '(?i)bot|crawl|spider|slurp|headless|curl|wget|python-requests'
        )

),

arrivals as (

    select
        *,
        case
            when utm_source != '' then lower(utm_source)
            when
                referrer_host != page_host
                and not regexp_matches(referrer_host, 'paypal|klarna|stripe')
                then referrer_host
        end as source

    from visits

),

neighbours as (

    select
        *,
        lag(event_at) over visitor as previous_event_at,
        lag(event_date) over visitor as previous_event_date,
        last_value(source ignore nulls) over (
            visitor rows between unbounded preceding and 1 preceding
        ) as previous_source

    from arrivals

    window
        visitor as (
            partition by site_id, visitor_id
            order by event_at, event_sequence, event_id
        )

),

starts as (

    select
        *,
        case
            when previous_event_at is null then 'first_event'
            when event_at - previous_event_at > interval 30 minutes then 'timeout'
            when event_date != previous_event_date then 'midnight'
            when source is not null and source is distinct from previous_source
                then 'source_change'
        end as start_reason

    from neighbours

)

select
    *,
    count(start_reason) over (
        partition by site_id, visitor_id
        order by event_at, event_sequence, event_id
        rows unbounded preceding
    ) as session_number

from starts;

create table textbook_sessions as
select
    site_id,
    visitor_id,
    session_number,
    max(start_reason) as start_reason,
    min(event_at) as session_started_at,
    max(event_at) as session_ended_at,
    min(event_date) as session_date,
    count(*) as event_count,
    count(*) filter (event_name = 'page_view') as page_view_count,
    count(*) filter (event_name = 'purchase') as purchase_count,
    arg_min(page_url, (event_at, event_sequence, event_id)) as landing_page_url,
    arg_max(page_path, (event_at, event_sequence, event_id)) as exit_page_path,
    arg_min(source, (event_at, event_sequence, event_id)) as source,
    arg_min(utm_medium, (event_at, event_sequence, event_id)) as medium,
    arg_min(utm_campaign, (event_at, event_sequence, event_id)) as campaign,
    arg_min_null(user_agent, (event_at, event_sequence, event_id)) as user_agent,
    sum(revenue) filter (event_name = 'purchase') as revenue

from textbook_events

group by site_id, visitor_id, session_number

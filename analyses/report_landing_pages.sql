-- The hundred pages on which most sessions begin, and how many pages there are.
with

landings as (

    select * from {{ ref('agg_landing_pages_daily') }}

    where session_date >= {{ report_from() }}

),

pages as (

    select
        landing_page_path,
        sum(session_count) as session_count,
        sum(bounce_count) as bounce_count,
        sum(converted_session_count) as converted_session_count,
        sum(order_count) as order_count,
        sum(valued_order_count) as valued_order_count,
        sum(revenue) as revenue

    from landings

    group by landing_page_path

),

pages_counted as (

    select
        *,
        count(*) over () as page_count

    from pages

)

select * from pages_counted
order by session_count desc, landing_page_path asc
limit 100

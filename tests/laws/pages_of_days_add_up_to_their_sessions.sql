-- Days of a site whose pages sum to other page views, entrances, exits or bounces than
-- its sessions have, or to other seconds than its page views; and pages that count more
-- of something than there can be. Where rows were changed by hand or restored in part,
-- type: dbt build --full-refresh. If it fails again, a model is wrong.
--
-- It compares tables of the same events, and is left out with them:
-- depends_on: {{ ref('fct_events') }}
{{ config(enabled=has_marts('pages'), **message_of_law()) }}
with

pages as (

    select * from {{ ref('agg_pages_daily') }}

    where {{ is_in_test_scope('session_date') }}

),

pages_by_day as (

    select
        site_id,
        session_date,
        sum(page_view_count) as page_view_count,
        sum(entrance_count) as entrance_count,
        sum(exit_count) as exit_count,
        sum(bounce_count) as bounce_count,
        sum(seconds_to_next) as seconds_to_next,
        sum(engaged_seconds) as engaged_seconds

    from pages

    group by site_id, session_date

),

sessions_by_day as (

    select
        site_id,
        session_date,
        sum(page_view_count) as page_view_count,
        count(*) as session_count,
        count(case when is_bounce then 1 end) as bounce_count

    from {{ ref('fct_sessions') }}

    where
        page_view_count > 0
        and {{ is_in_test_scope('session_date') }}

    group by site_id, session_date

),

page_views_by_day as (

    select
        site_id,
        session_date,
        sum(coalesce(seconds_to_next, 0)) as seconds_to_next,
        sum(engaged_seconds) as engaged_seconds

    from {{ ref('fct_page_views') }}

    where {{ is_in_test_scope('session_date') }}

    group by site_id, session_date

)

select
    coalesce(pages.site_id, sessions.site_id) as site_id,
    coalesce(pages.session_date, sessions.session_date) as session_date,
    cast(null as {{ type_text() }}) as page_path

from pages_by_day as pages
full join sessions_by_day as sessions
    on
        pages.site_id = sessions.site_id
        and pages.session_date = sessions.session_date
left join page_views_by_day as page_views
    on
        pages.site_id = page_views.site_id
        and pages.session_date = page_views.session_date

where
    pages.site_id is null
    or sessions.site_id is null
    or page_views.site_id is null
    or pages.page_view_count != sessions.page_view_count
    or pages.entrance_count != sessions.session_count
    or pages.exit_count != sessions.session_count
    or pages.bounce_count != sessions.bounce_count
    or pages.seconds_to_next != page_views.seconds_to_next
    or pages.engaged_seconds != page_views.engaged_seconds

union all

select
    site_id,
    session_date,
    page_path

from pages

where
    session_count not between 1 and page_view_count
    or visitor_count not between 1 and session_count
    or entrance_count not between bounce_count and session_count
    or exit_count > session_count
    or ordered_session_count not between 0 and session_count
    or goal_session_count not between 0 and session_count

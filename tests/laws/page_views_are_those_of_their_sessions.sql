-- Sessions whose page views are others than they count, or are not numbered from an
-- entrance to an exit; and page views that say other things of their session, or were
-- in view for longer than until the next one. Where rows were changed by hand or
-- restored in part, type: dbt build --full-refresh. If it fails again, a model is
-- wrong.
--
-- It compares tables of the same events, and is left out with them:
-- depends_on: {{ ref('fct_events') }}
{{ config(enabled=has_marts('pages'), **message_of_law()) }}
with

page_views as (

    select * from {{ ref('fct_page_views') }}

    where {{ is_in_test_scope('session_date') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

),

page_views_of_sessions as (

    select
        session_id,
        count(*) as page_view_count,
        count(distinct page_view_number) as number_count,
        max(page_view_number) as last_number,
        count(case when is_entrance then 1 end) as entrance_count,
        count(case when is_exit then 1 end) as exit_count,
        count(case when page_view_number = 1 and is_entrance then 1 end)
            as entrance_count_at_first,
        sum(seconds_to_next) as seconds_to_next,
        max(case when is_exit then page_view_number end) as exit_number

    from page_views

    group by session_id

)

select
    sessions.session_id,
    cast(null as {{ type_text() }}) as event_id

from sessions
left join page_views_of_sessions as page_views
    on sessions.session_id = page_views.session_id

where
    sessions.page_view_count != coalesce(page_views.page_view_count, 0)
    or page_views.number_count != page_views.page_view_count
    or page_views.last_number != page_views.page_view_count
    or page_views.entrance_count != 1
    or page_views.exit_count != 1
    or page_views.entrance_count_at_first != 1
    or page_views.exit_number != page_views.page_view_count
    or page_views.seconds_to_next > sessions.duration_seconds

union all

select
    page_views.session_id,
    page_views.event_id

from page_views
left join sessions
    on page_views.session_id = sessions.session_id

where
    sessions.session_id is null
    or page_views.site_id != sessions.site_id
    or page_views.visitor_id != sessions.visitor_id
    or page_views.session_date != sessions.session_date
    or page_views.event_at < sessions.session_started_at
    or page_views.event_at > sessions.session_ended_at
    or page_views.seconds_to_next < 0
    or page_views.engaged_seconds < 0
    or page_views.engaged_seconds > page_views.seconds_to_next
    or page_views.is_exit != (page_views.seconds_to_next is null)

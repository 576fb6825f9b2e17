{{ config(
    enabled=has_marts('pages'),
    **partition_and_cluster_by('session_date', keys=['session_id'])
) }}
{%- set timeline = 'partition by session_id order by event_number' -%}
{%- set so_far = timeline ~ ' rows between unbounded preceding and current row' -%}
{%- set scroll = scroll_percent() %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

-- page views that count, what says how long a page was in view, and the event that says
-- on which day the session began
events as (

    select
        event_id,
        session_id,
        site_id,
        visitor_id,
        event_number,
        event_at,
        event_at_local,
        event_date,
        page_url,
        page_path,
        page_group,
        page_title,
        -- a tracker's error: time below zero, or more than a day on one page
        case
            when engaged_milliseconds > 86400000 then 86400000
            when engaged_milliseconds > 0 then engaged_milliseconds
            when engaged_milliseconds is not null then 0
        end as engaged_milliseconds,
        {{ scroll }} as scroll_percent,
        event_name = 'page_view' and not is_repeated as is_counted,
        case when event_name = 'ping' then {{ time_bucket('event_at', 1) }} end
            as ping_second

    from {{ ref('fct_events') }}

    where
        (
            event_name in ('page_view', 'ping')
            or engaged_milliseconds is not null
            or {{ scroll }} is not null
            or event_number = 1
        )
    {% if is_incremental() %}
        and {{ is_of_affected_session('fct_page_views', 'event_date') | indent(8) }}
    {% endif %}

),

events_by_page_view as (

    select
        *,
        count(case when is_counted then 1 end) over ({{ so_far }}) as page_view_number,
        first_value(event_date) over ({{ so_far }}) as session_date

    from events

),

-- the time that a page view reports was spent on the page before it
signals as (

    select
        session_id,
        page_view_number - case when is_counted then 1 else 0 end as page_view_number,
        count(distinct ping_second) * {{ setting('ping_interval_seconds') }}
            as pinged_seconds,
        cast(
            cast(sum(engaged_milliseconds) as decimal(15, 0))
            * cast(0.001 as decimal(4, 3)) as {{ type_seconds() }}
        ) as reported_seconds,
        max(scroll_percent) as scroll_percent

    from events_by_page_view

    where
        ping_second is not null
        or engaged_milliseconds is not null
        or scroll_percent is not null

    group by session_id, page_view_number - case when is_counted then 1 else 0 end

),

page_views as (

    select
        *,
        lag(page_path) over ({{ timeline }}) as previous_page_path,
        lag(page_group) over ({{ timeline }}) as previous_page_group,
        lead(page_path) over ({{ timeline }}) as next_page_path,
        lead(page_group) over ({{ timeline }}) as next_page_group,
        lead(event_number) over ({{ timeline }}) is null as is_last,
        {{ seconds_between(
            'event_at', 'lead(event_at) over (' ~ timeline ~ ')'
        ) }} as seconds_to_next

    from events_by_page_view

    where is_counted

),

page_views_with_signals as (

    select
        ---------- ids
        page_views.event_id,
        page_views.session_id,
        page_views.site_id,
        page_views.visitor_id,

        ---------- when, and where in the session
        page_views.session_date,
        page_views.event_date,
        page_views.event_at,
        page_views.event_at_local,
        cast(page_views.page_view_number as bigint) as page_view_number,
        page_views.page_view_number = 1 as is_entrance,
        page_views.is_last as is_exit,

        ---------- which page, between which
        page_views.page_url,
        page_views.page_path,
        page_views.page_group,
        page_views.page_title,
        page_views.previous_page_path,
        page_views.previous_page_group,
        page_views.next_page_path,
        page_views.next_page_group,

        ---------- for how long, and how far down
        page_views.seconds_to_next,
        cast(
            least(
                coalesce(signals.reported_seconds, signals.pinged_seconds, 0),
                coalesce(page_views.seconds_to_next, 999999999)
            ) as {{ type_seconds() }}
        ) as engaged_seconds,
        cast(signals.scroll_percent as decimal(28, 6)) as scroll_percent

    from page_views
    left join signals
        on
            page_views.session_id = signals.session_id
            and page_views.page_view_number = signals.page_view_number

)

select * from page_views_with_signals

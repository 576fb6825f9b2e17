{{ config(
    enabled=has_marts('pages'), **partition_and_cluster_by('session_date')
) }}
{%- set grain = grain_of('agg_pages_daily') -%}
{%- set order_columns = grain + ['ordered_session_count'] %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

orders as (

    select
        session_id,
        max(ordered_at) as last_ordered_at

    from {{ ref('fct_orders') }}

    where session_id is not null

    group by session_id

),

{% if is_incremental() -%}
-- orders move between sessions of any age, and the books add and attach some
ordered_sessions_as_built as (

    select {{ order_columns | join(', ') }} from {{ this }}

    where ordered_session_count > 0

),

ordered_sessions_as_now as (

    select
        page_views.{{ grain | join(',\n        page_views.') }},
        cast(count(distinct page_views.session_id) as bigint)
            as ordered_session_count

    from {{ ref('fct_page_views') }} as page_views
    inner join orders
        on
            page_views.session_id = orders.session_id
            and page_views.event_at <= orders.last_ordered_at

    group by
        page_views.{{ grain | join(',\n        page_views.') }}

),

affected_days as (

    {{ affected_island_days('agg_pages_daily') | indent(4) }}

    union distinct

    select session_date
    from (
        {{ symmetric_difference(
            order_columns, 'ordered_sessions_as_built', 'ordered_sessions_as_now'
        ) | indent(8) }}
    ) as ordered_sessions_changed

),

{% endif -%}
sessions_on_pages as (

    select
        {{ grain | join(',\n        ') }},
        session_id,
        visitor_id,
        min(event_at) as first_viewed_at,
        count(*) as page_view_count,
        count(case when is_entrance then 1 end) as entrance_count,
        count(case when is_exit then 1 end) as exit_count,
        coalesce(sum(seconds_to_next), 0) as seconds_to_next,
        sum(engaged_seconds) as engaged_seconds

    from {{ ref('fct_page_views') }}

    {% if is_incremental() %}
    where session_date in (select session_date from affected_days)
    {% endif %}

    group by
        {{ grain | join(',\n        ') }},
        session_id,
        visitor_id

),

bounces as (

    select session_id from {{ ref('fct_sessions') }}

    where
        is_bounce
    {% if is_incremental() %}
        and session_date in (select session_date from affected_days)
    {% endif %}

),

goals as (

    select
        session_id,
        max(last_completed_at) as last_completed_at

    from {{ ref('fct_goal_completions') }}

    {% if is_incremental() %}
    where session_date in (select session_date from affected_days)
    {% endif %}

    group by session_id

),

pages_counted as (

    select
        sessions.{{ grain | join(',\n        sessions.') }},
        cast(sum(sessions.page_view_count) as bigint) as page_view_count,
        cast(count(*) as bigint) as session_count,
        cast(count(distinct sessions.visitor_id) as bigint) as visitor_count,
        cast(sum(sessions.entrance_count) as bigint) as entrance_count,
        cast(sum(sessions.exit_count) as bigint) as exit_count,
        cast(
            sum(
                case
                    when bounces.session_id is null then 0
                    else sessions.entrance_count
                end
            ) as bigint
        ) as bounce_count,
        cast(sum(sessions.seconds_to_next) as decimal(28, 6)) as seconds_to_next,
        cast(sum(sessions.engaged_seconds) as decimal(28, 6)) as engaged_seconds,
        cast(
            count(
                case
                    when sessions.first_viewed_at <= orders.last_ordered_at then 1
                end
            ) as bigint
        ) as ordered_session_count,
        cast(
            count(
                case
                    when sessions.first_viewed_at <= goals.last_completed_at then 1
                end
            ) as bigint
        ) as goal_session_count

    from sessions_on_pages as sessions
    left join bounces
        on sessions.session_id = bounces.session_id
    left join orders
        on sessions.session_id = orders.session_id
    left join goals
        on sessions.session_id = goals.session_id

    group by
        sessions.{{ grain | join(',\n        sessions.') }}

)

select * from pages_counted

{{ config(partition_and_cluster_by('session_date', keys=[
    'session_id', ['end_reason', 'session_started_at', 'session_ended_at'],
    'order_count', 'person_id',
])) }}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

sessions_attributed as (

    select * from {{ ref('int_sessions_attributed') }}

),

sessions_enriched as (

    select * from {{ ref('int_sessions_enriched') }}

    {% if is_incremental() %}
    where {{ in_subquery('session_key', 'sessions_attributed', 'visitor_key') }}
    {% endif %}

),

goals_by_session as (

    select
        session_id,
        count(*) as goal_count

    from {{ ref('fct_goal_completions') }}

    {% if is_incremental() %}
    where session_id in (
        select {{ key_to_text('session_key') }} from sessions_attributed
    )
    {% endif %}

    group by session_id

),

sessions_with_goals as (

    select
        enriched.*,
        coalesce(goals.goal_count, 0) as goal_count

    from sessions_enriched as enriched
    left join goals_by_session as goals
        on {{ key_to_text('enriched.session_key') }} = goals.session_id

),

sessions_judged as (

    select
        *,
        {{ is_engaged(setting('engaged_seconds')) }} as is_engaged,
        {{ is_suspicious(setting('suspicious_events_per_minute')) }} as is_suspicious

    from sessions_with_goals

),

sessions as (

    select
        ---------- ids
        {{ key_to_text('enriched.session_key') }} as session_id,
        enriched.site_id,
        enriched.visitor_id,
        enriched.user_id,
        enriched.source_session_id,
        attributed.person_id,

        ---------- when, and why it began and ended
        cast(attributed.session_number as bigint) as session_number,
        attributed.session_number = 1 as is_first_session,
        attributed.is_first_visit,
        attributed.days_since_previous_session,
        enriched.session_started_at,
        enriched.session_ended_at,
        cast(enriched.event_at_local as {{ type_timestamp_local() }})
            as session_started_at_local,
        enriched.session_date,
        {{ seconds_between(
            'enriched.session_started_at', 'enriched.session_ended_at'
        ) }} as duration_seconds,
        attributed.start_reason,
        attributed.end_reason,

        ---------- what was done
        cast(enriched.event_count as bigint) as event_count,
        cast(enriched.page_view_count as bigint) as page_view_count,
        cast(enriched.click_count as bigint) as click_count,
        cast(enriched.product_view_count as bigint) as product_view_count,
        cast(enriched.add_to_cart_count as bigint) as add_to_cart_count,
        cast(enriched.checkout_count as bigint) as checkout_count,
        cast(enriched.purchase_count as bigint) as purchase_count,

        ---------- where
        enriched.landing_page_url,
        enriched.landing_page_path,
        enriched.landing_page_group,
        enriched.exit_page_path,
        enriched.exit_page_group,
        enriched.page_title,

        ---------- where the visit came from
        attributed.traffic_source,
        attributed.traffic_medium,
        attributed.traffic_campaign,
        attributed.traffic_term,
        attributed.traffic_content,
        attributed.click_id_name,
        enriched.referrer_host,
        enriched.referrer_domain,
        attributed.channel,

        ---------- where the visitor last came from
        attributed.attributed_at,
        attributed.attributed_source,
        attributed.attributed_medium,
        attributed.attributed_campaign,
        attributed.attributed_channel,

        ---------- with what, and from where
        enriched.device_category,
        enriched.browser,
        enriched.operating_system,
        enriched.platform,
        enriched.country,
        enriched.region,
        enriched.city,
        enriched.language,
        {%- for column in own_session_columns() %}
        enriched.{{ column.name }},
        {%- endfor %}

        ---------- how it went
        enriched.is_engaged,
        not enriched.is_engaged as is_bounce,
        enriched.is_suspicious,
        cast(enriched.goal_count as bigint) as goal_count,
        attributed.order_count,
        attributed.valued_order_count,
        attributed.revenue,
        attributed.refunded_revenue,
        cast(attributed.revenue - attributed.refunded_revenue as decimal(28, 2))
            as net_revenue,
        {{ furthest_funnel_step() | indent(8) }} as furthest_funnel_step,
        {{ quote_literal(session_rules_in_use().name) }} as rule_set

    from sessions_judged as enriched
    inner join sessions_attributed as attributed
        on enriched.session_key = attributed.session_key

)

select * from sessions

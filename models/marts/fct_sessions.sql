{{ config(partition_and_cluster_by('session_date', keys=[
    'session_id', ['end_reason', 'session_started_at', 'session_ended_at'],
    'order_count',
])) }}

{% if is_incremental() -%}
-- depends_on: {{ ref('int_events_sessionized') }}, {{ ref('int_builds_current') }}
{% endif %}
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

{% if is_incremental() -%}
-- the source may be that of a session of any age: few columns of a long table
source_keys as (

    select source_session_key as session_key from sessions_attributed
    union distinct
    select attributed_session_key as session_key from sessions_attributed
    where attributed_session_key is not null

),

{% endif -%}
sources as (

    select
        session_key,
        source_place,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        traffic_term,
        traffic_content,
        click_id_name,
        channel

    from {{ ref('int_sessions_enriched') }}

    {% if is_incremental() %}
    where {{ in_subquery('session_key', 'source_keys') }}
    {% endif %}

),

sessions as (

    select
        enriched.*,
        attribution.session_number,
        attribution.person_id,
        attribution.source_session_key,
        attribution.attributed_session_key,
        attribution.attributed_at,
        attribution.start_reason as own_start_reason,
        attribution.end_reason,
        attribution.order_count,
        attribution.revenue,
        attribution.refunded_revenue,
        {{ is_engaged(var('engaged_seconds')) }} as is_engaged,
        {{ is_suspicious(var('suspicious_events_per_minute')) }} as is_suspicious

    from sessions_enriched as enriched
    inner join sessions_attributed as attribution
        on enriched.session_key = attribution.session_key

),

sessions_with_source as (

    select
        ---------- ids
        {{ key_to_text('sessions.session_key') }} as session_id,
        sessions.site_id,
        sessions.visitor_id,
        sessions.user_id,
        sessions.person_id,

        ---------- when, and why it began and ended
        cast(sessions.session_number as bigint) as session_number,
        sessions.session_number = 1 as is_first_session,
        sessions.session_started_at,
        sessions.session_ended_at,
        cast(sessions.event_at_local as {{ type_timestamp_local() }})
            as session_started_at_local,
        sessions.session_date,
        {{ seconds_between(
            'sessions.session_started_at', 'sessions.session_ended_at'
        ) }} as duration_seconds,
        sessions.own_start_reason as start_reason,
        sessions.end_reason,

        ---------- what was done
        cast(sessions.event_count as bigint) as event_count,
        cast(sessions.page_view_count as bigint) as page_view_count,
        cast(sessions.click_count as bigint) as click_count,
        cast(sessions.product_view_count as bigint) as product_view_count,
        cast(sessions.add_to_cart_count as bigint) as add_to_cart_count,
        cast(sessions.checkout_count as bigint) as checkout_count,
        cast(sessions.purchase_count as bigint) as purchase_count,

        ---------- where
        sessions.landing_page_url,
        sessions.landing_page_path,
        sessions.exit_page_path,

        ---------- where the visit came from
        coalesce(
            sources.traffic_source,
            case when sources.source_place is null then '(direct)' end
        ) as traffic_source,
        coalesce(
            sources.traffic_medium,
            case when sources.source_place is null then '(none)' end
        ) as traffic_medium,
        sources.traffic_campaign,
        sources.traffic_term,
        sources.traffic_content,
        sources.click_id_name,
        sessions.referrer_host,
        sessions.referrer_domain,
        sources.channel,

        ---------- where the visitor last came from
        sessions.attributed_at,
        case
            when attributed.session_key is null then '(direct)'
            else attributed.traffic_source
        end as attributed_source,
        case
            when attributed.session_key is null then '(none)'
            else attributed.traffic_medium
        end as attributed_medium,
        attributed.traffic_campaign as attributed_campaign,
        -- where nothing is attributed, the session's own source is direct
        coalesce(attributed.channel, sources.channel) as attributed_channel,

        ---------- with what, and from where
        sessions.device_category,
        sessions.browser,
        sessions.operating_system,
        sessions.country,

        ---------- how it went
        sessions.is_engaged,
        not sessions.is_engaged as is_bounce,
        sessions.is_suspicious,
        sessions.order_count,
        sessions.revenue,
        sessions.refunded_revenue,
        {{ money('sessions.revenue - sessions.refunded_revenue') }} as net_revenue,
        case sessions.furthest_step_number
            {%- for step in funnel_steps()[1:] %}
            when {{ loop.index + 1 }} then '{{ step }}'
            {%- endfor %}
            else 'none'
        end as furthest_funnel_step,
        {{ quote_literal(session_rules_in_use().name) }} as rule_set

    from sources
    inner join sessions
        on sources.session_key = sessions.source_session_key
    left join sources as attributed
        on sessions.attributed_session_key = attributed.session_key

)

select * from sessions_with_source

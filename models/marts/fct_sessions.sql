{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}
{%- set timeline = 'partition by visitor_key order by session_number' -%}

with

sessions_described as (

    select * from {{ ref('int_sessions_described') }}

),

newest_event as (

    select max(event_at) as newest_event_at

    from {{ ref('int_events_sessionized') }}

    where session_key is not null

),

sessions as (

    select
        counted.*,
        described.site_id,
        described.visitor_id,
        described.user_id,
        described.event_at_local as session_started_at_local,
        described.referrer_host,
        described.country,
        described.landing_page_url,
        described.landing_page_path,
        described.exit_page_path,
        -- a session sets the source of its visit when it brings one or begins the visit
        case
            when
                described.source_place is not null
                or counted.start_reason in ('first_event', 'timeout')
                then counted.session_key
        end as own_source_session_key

    from {{ ref('int_sessions_counted') }} as counted
    inner join sessions_described as described
        on counted.session_key = described.session_key

),

sessions_with_visits as (

    select
        *,
        lead(start_reason) over ({{ timeline }}) as next_start_reason,
        {{ last_known('user_id', timeline) }} as last_user_id,
        coalesce(
            own_source_session_key,
            {{ last_known_before('own_source_session_key', timeline) }}
        ) as source_session_key,
        {{ is_engaged(var('engaged_seconds')) }} as is_engaged

    from sessions

),

sessions_with_source as (

    select
        ---------- ids
        {{ key_as_text('sessions.session_key') }} as session_id,
        sessions.site_id,
        sessions.visitor_id,
        sessions.user_id,
        coalesce(sessions.last_user_id, sessions.visitor_id) as person_id,

        ---------- when, and why it began and ended
        {{ whole_number('sessions.session_number') }} as session_number,
        sessions.session_number = 1 as is_first_session,
        sessions.session_started_at,
        sessions.session_ended_at,
        sessions.session_started_at_local,
        cast(sessions.session_started_at_local as date) as session_date,
        {{ seconds_between(
            'sessions.session_started_at', 'sessions.session_ended_at'
        ) }} as duration_seconds,
        sessions.start_reason,
        case
            when sessions.next_start_reason is not null then sessions.next_start_reason
            when sessions.has_left then 'left'
            when {{ exceeds_timeout(
                rules, 'newest_event.newest_event_at', 'sessions.last_activity_at'
            ) }} then 'timeout'
            else 'open'
        end as end_reason,

        ---------- what was done
        {%- for count in [
            'event_count', 'page_view_count', 'click_count', 'product_view_count',
            'add_to_cart_count', 'checkout_count', 'purchase_count',
        ] %}
        {{ whole_number('sessions.' ~ count) }} as {{ count }},
        {%- endfor %}

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
        sessions.country,

        ---------- how it went
        sessions.is_engaged,
        not sessions.is_engaged as is_bounce,
        case
            when sessions.purchase_count > 0 then 'purchase'
            when sessions.checkout_count > 0 then 'checkout'
            when sessions.add_to_cart_count > 0 then 'cart'
            when sessions.product_view_count > 0 then 'product'
            else 'none'
        end as furthest_funnel_step,
        {{ text_literal(rules.name) }} as rule_set

    from sessions_with_visits as sessions
    inner join sessions_described as sources
        on sessions.source_session_key = sources.session_key
    cross join newest_event

)

select * from sessions_with_source

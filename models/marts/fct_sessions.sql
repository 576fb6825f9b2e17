{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}

with

sessions as (

    select
        *,
        {{ is_engaged(var('engaged_seconds')) }} as is_engaged

    from {{ ref('int_sessions_linked') }}

),

descriptions as (

    select * from {{ ref('int_sessions_described') }}

),

newest_event as (

    select max(event_at) as newest_event_at

    from {{ ref('int_events_sessionized') }}

    where session_key is not null

),

sessions_with_source as (

    select
        ---------- ids
        {{ key_as_text('sessions.session_key') }} as session_id,
        descriptions.site_id,
        descriptions.visitor_id,
        sessions.user_id,
        coalesce(sessions.last_user_id, descriptions.visitor_id) as person_id,

        ---------- when, and why it began and ended
        {{ whole_number('sessions.session_number') }} as session_number,
        sessions.session_number = 1 as is_first_session,
        sessions.session_started_at,
        sessions.session_ended_at,
        descriptions.event_at_local as session_started_at_local,
        cast(descriptions.event_at_local as date) as session_date,
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
        descriptions.landing_page_url,
        descriptions.landing_page_path,
        descriptions.exit_page_path,

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
        descriptions.referrer_host,
        descriptions.country,

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

    from sessions
    inner join descriptions
        on sessions.session_key = descriptions.session_key
    inner join descriptions as sources
        on sessions.source_session_key = sources.session_key
    cross join newest_event

)

select * from sessions_with_source

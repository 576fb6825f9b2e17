{%- set rules = session_rules_in_use() -%}
{%- set timeline = (
    'partition by visitor_key order by session_started_at, island_session_number'
) -%}
{%- set timeline_backwards = (
    'partition by visitor_key '
    ~ 'order by session_started_at desc, island_session_number desc'
) -%}

with

aliases as (

    {{ newest_aliases(ref('int_user_aliases')) | indent(4) }}

),

sessions as (

    select
        *,
        -- a session sets the source of its visit when it brings one or begins the visit
        case
            when source_place is not null or start_reason = 'timeout' then session_key
        end as own_source_session_key,
        case
            when source_place is not null then true
            when start_reason = 'timeout' then false
        end as own_has_source,
        (
            select max(newest.session_ended_at)
            from {{ ref('int_sessions_enriched') }} as newest
        ) as newest_event_at

    from {{ ref('int_sessions_enriched') }}

    {% if existing_relation('fct_sessions') %}
    where {{ in_subquery('visitor_key', ref('int_affected_visitors')) }}
    {% endif %}

),

-- each session next to the others of its visitor
sessions_with_neighbours as (

    select
        session_key,
        visitor_key,
        site_id,
        start_reason,
        has_left,
        session_started_at,
        island_session_number,
        newest_event_at,
        {{ timeout_counts_from(rules) }} as silent_from,
        row_number() over ({{ timeline }}) as session_number,
        lag(session_date) over ({{ timeline }}) as previous_session_date,
        session_date,
        lead(start_reason) over ({{ timeline }}) as next_start_reason,
        -- who logs in later was there before
        coalesce(
            {{ last_known_so_far('user_id', timeline_backwards) }},
            {{ last_known_before('user_id', timeline) }},
            visitor_id
        ) as session_person_id,
        coalesce(
            own_source_session_key,
            {{ last_known_before('own_source_session_key', timeline) }}
        ) as source_session_key,
        {{ last_known_so_far('own_has_source', timeline) }} as has_source

    from sessions

),

sessions_with_known_source as (

    select
        *,
        case when has_source then source_session_key end as known_source_session_key,
        case when has_source then session_started_at end as known_source_at

    from sessions_with_neighbours

),

sessions_with_last_source as (

    select
        *,
        {{ last_known_so_far('known_source_session_key', timeline) }}
            as last_source_session_key,
        {{ last_known_so_far('known_source_at', timeline) }} as last_source_at,
        -- a session that a timeout began, and all after it, are of a later visit
        max(case when session_number > 1 and start_reason = 'timeout' then 1 else 0 end)
            over ({{ timeline }} rows between unbounded preceding and current row) = 0
            as is_first_visit

    from sessions_with_known_source

),

sessions_decided as (

    select
        *,
        {{ session_end_reason(rules) }} as end_reason,
        {{ exceeds(
            'session_started_at', 'last_source_at',
            setting('attribution_lookback_days') * 86400, 'same'
        ) }} as is_source_forgotten

    from sessions_with_last_source

),

sessions_with_orders as (

    select
        sessions.session_key,
        sessions.visitor_key,
        sessions.session_number,
        cast({{ datediff_days(
            'sessions.previous_session_date', 'sessions.session_date'
        ) }} as bigint) as days_since_previous_session,
        sessions.is_first_visit,
        coalesce(aliases.person_id, sessions.session_person_id) as person_id,
        sessions.source_session_key,
        case
            when not sessions.is_source_forgotten then sessions.last_source_session_key
        end as attributed_session_key,
        case when not sessions.is_source_forgotten then sessions.last_source_at end
            as attributed_at,
        case
            when sessions.session_number = 1 then 'first_event'
            else sessions.start_reason
        end as start_reason,
        sessions.end_reason,
        cast(coalesce(orders.order_count, 0) as bigint) as order_count,
        cast(coalesce(orders.valued_order_count, 0) as bigint) as valued_order_count,
        cast(coalesce(orders.revenue, 0) as decimal(28, 2)) as revenue,
        cast(coalesce(orders.refunded_revenue, 0) as decimal(28, 2)) as refunded_revenue

    from sessions_decided as sessions
    left join {{ ref('int_orders_by_session') }} as orders
        on {{ key_to_text('sessions.session_key') }} = orders.session_id
    left join aliases
        on
            sessions.site_id = aliases.site_id
            and sessions.session_person_id = aliases.alias

)

select * from sessions_with_orders

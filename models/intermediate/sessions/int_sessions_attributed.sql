{%- set rules = session_rules_in_use() -%}
{%- set built_sessions = existing_relation('fct_sessions') -%}
{%- set is_needed = (
    in_subquery('visitor_key', ref('int_affected_visitors'))
) if built_sessions else 'true' -%}
{%- set timeline = (
    'partition by visitor_key order by session_started_at, island_session_number'
) -%}

with

newest_event as (

    select max(session_ended_at) as newest_event_at

    from {{ ref('int_sessions_enriched') }}

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
        end as own_has_source

    from {{ ref('int_sessions_enriched') }}

    where {{ is_needed }}

),

-- each session next to the others of its visitor
sessions_with_neighbours as (

    select
        session_key,
        visitor_key,
        visitor_id,
        start_reason,
        has_left,
        session_started_at,
        island_session_number,
        {{ timeout_counts_from(rules) }} as silent_from,
        row_number() over ({{ timeline }}) as session_number,
        lead(start_reason) over ({{ timeline }}) as next_start_reason,
        {{ last_known('user_id', timeline) }} as last_user_id,
        coalesce(
            own_source_session_key,
            {{ last_known_before('own_source_session_key', timeline) }}
        ) as source_session_key,
        {{ last_known_so_far('own_has_source', timeline) }} as has_source

    from sessions

),

sessions_with_last_source as (

    select
        *,
        {{ last_known_so_far(
            'case when has_source then source_session_key end', timeline
        ) }} as last_source_session_key,
        {{ last_known_so_far(
            'case when has_source then session_started_at end', timeline
        ) }} as last_source_at

    from sessions_with_neighbours

),

sessions_with_attribution as (

    select
        *,
        {{ exceeds(
            'session_started_at', 'last_source_at',
            var('attribution_lookback_days') * 86400, 'same'
        ) }} as is_source_forgotten

    from sessions_with_last_source

),

sessions_attributed as (

    select
        neighbours.session_key,
        neighbours.visitor_key,
        neighbours.session_number,
        coalesce(neighbours.last_user_id, neighbours.visitor_id) as person_id,
        neighbours.source_session_key,
        case
            when not neighbours.is_source_forgotten
                then neighbours.last_source_session_key
        end as attributed_session_key,
        case
            when not neighbours.is_source_forgotten then neighbours.last_source_at
        end as attributed_at,
        case
            when neighbours.session_number = 1 then 'first_event'
            else neighbours.start_reason
        end as start_reason,
        case
            when neighbours.next_start_reason is not null
                then neighbours.next_start_reason
            when neighbours.has_left then 'left'
            when {{ exceeds_timeout(
                rules, 'newest_event.newest_event_at', 'neighbours.silent_from'
            ) }} then 'timeout'
            else 'open'
        end as end_reason,
        cast(coalesce(orders.order_count, 0) as bigint) as order_count,
        {{ money('coalesce(orders.revenue, 0)') }} as revenue,
        {{ money('coalesce(orders.refunded_revenue, 0)') }} as refunded_revenue

    from sessions_with_attribution as neighbours
    cross join newest_event
    left join {{ ref('int_orders_by_session') }} as orders
        on {{ key_to_text('neighbours.session_key') }} = orders.session_id

)
{%- if built_sessions %},

affected_sessions as (

    {{ affected_session_keys('fct_sessions') | indent(4) }}

),

-- outside affected islands, other sessions change only these columns of a session
sessions_compared as (

    select
        {{ key_to_text('session_key') }} as session_id,
        session_number,
        person_id,
        end_reason,
        attributed_at,
        order_count,
        revenue,
        refunded_revenue

    from sessions_attributed

    where
        session_key not in (select session_key from affected_sessions)
        and (
            attributed_session_key is null
            or attributed_session_key not in (
                select session_key from affected_sessions
            )
        )

),

sessions_unchanged as (

    select
        session_id,
        session_number,
        person_id,
        end_reason,
        attributed_at,
        order_count,
        revenue,
        refunded_revenue

    from {{ built_sessions }}

    where {{ in_subquery('session_id', 'sessions_compared') }}

    {{ dbt.intersect() }}

    select * from sessions_compared

)

select sessions.*

from sessions_attributed as sessions
left join sessions_unchanged as unchanged
    on {{ key_to_text('sessions.session_key') }} = unchanged.session_id

where unchanged.session_id is null
{%- else %}

select * from sessions_attributed
{%- endif %}

{%- set timeline = 'partition by visitor_key order by session_number' -%}

with

sessions as (

    select
        counted.*,
        described.user_id,
        -- a session sets the source of its visit when it brings one or begins the visit
        case
            when
                described.source_place is not null
                or counted.start_reason in ('first_event', 'timeout')
                then counted.session_key
        end as own_source_session_key

    from {{ ref('int_sessions_counted') }} as counted
    inner join {{ ref('int_sessions_described') }} as described
        on counted.session_key = described.session_key

),

-- what the visitor's other sessions say of a session
sessions_linked as (

    select
        *,
        lead(start_reason) over ({{ timeline }}) as next_start_reason,
        {{ last_known('user_id', timeline) }} as last_user_id,
        coalesce(
            own_source_session_key,
            {{ last_known_before('own_source_session_key', timeline) }}
        ) as source_session_key

    from sessions

)

select * from sessions_linked

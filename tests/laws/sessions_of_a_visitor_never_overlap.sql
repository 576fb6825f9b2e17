-- Sessions that begin before the visitor's previous session has ended. Two may share an
-- instant: one event can close a session and the next open another in that microsecond.
-- Where rows were changed by hand or restored in part, type: dbt build --full-refresh.
-- If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

sessions as (

    select * from {{ ref('fct_sessions') }}

    where {{ is_of_visitor_in_test_scope() }}

),

sessions_with_previous as (

    select
        *,
        lag(session_ended_at) over (
            partition by site_id, visitor_id
            order by session_number
        ) as previous_session_ended_at

    from sessions

)

select * from sessions_with_previous

where session_started_at < previous_session_ended_at

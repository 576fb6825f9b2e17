-- Sessions that do not continue 1, 2, 3, ... of their visitor, that start with
-- first_event without being number 1, or that are number 1 for another reason. Where
-- rows were changed by hand or restored in part, type: dbt build --full-refresh. If it
-- fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

sessions as (

    select
        *,
        row_number() over (
            partition by site_id, visitor_id
            order by session_started_at, session_number
        ) as expected_number

    from {{ ref('fct_sessions') }}

    where {{ is_of_visitor_in_test_scope() }}

)

select * from sessions

where
    session_number != expected_number
    or is_first_session != (session_number = 1)
    or is_first_session != (start_reason = 'first_event')

-- Sessions whose end_reason differs from the start_reason of the visitor's next one,
-- and last sessions that end for a reason only a next one can give. Where rows were
-- changed by hand or restored in part, type: dbt build --full-refresh. If it fails
-- again, a model is wrong.
{{ config(**message_of_law()) }}
with

sessions as (

    select
        *,
        lead(start_reason) over (
            partition by site_id, visitor_id
            order by session_number
        ) as next_start_reason

    from {{ ref('fct_sessions') }}

    where {{ is_of_visitor_in_test_scope() }}

)

select * from sessions

where
    end_reason != coalesce(next_start_reason, end_reason)
    or (next_start_reason is null and end_reason not in ('left', 'timeout', 'open'))

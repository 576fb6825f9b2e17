-- Sessions with two users, where another user starts a session. Where rows were changed
-- by hand or restored in part, type: dbt build --full-refresh. If it fails again, a
-- model is wrong.
{{ config(**message_of_law()) }}
{%- set rules = session_rules_in_use() %}
with

events as (

    select
        *,
        not is_server_side and (
            {{ matches_event_filter(rules.starting_events) }}
            or {{ matches_event_filter(rules.extending_events) }}
        ) as is_visible_to_rules

    from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

)

select session_id from events

where
    is_visible_to_rules
    and {{ 'true' if rules.user_change == 'new' else 'false' }}

group by session_id

having count(distinct user_id) > 1

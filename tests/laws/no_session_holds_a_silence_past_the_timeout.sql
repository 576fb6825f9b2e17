-- Events whose silence since the previous event of their session exceeds the timeout.
-- Where rows were changed by hand or restored in part, type: dbt build --full-refresh.
-- If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
{%- set rules = session_rules_in_use() -%}
{%- set timeline = 'partition by session_id order by event_number' %}
with

events as (

    select
        *,
        lag(event_at) over ({{ timeline }}) as previous_event_at,
        lag(event_number) over ({{ timeline }}) as previous_event_number

    from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

)

select * from events

where
    event_number = previous_event_number + 1
    and {{ exceeds_timeout(rules, 'event_at', 'previous_event_at') }}

-- Events whose silence since the previous event of their session exceeds the timeout.
{%- set rules = session_rules_in_use() %}
with

events as (

    select
        *,
        lag(event_at) over (
            partition by session_id
            order by event_number
        ) as previous_event_at

    from {{ ref('fct_events') }}

)

select * from events

where {{ exceeds_timeout(rules, 'event_at', 'previous_event_at') }}

-- Sessions of two users, where another user starts a session.
{%- set rules = session_rules_in_use() %}
with

events as (

    select
        *,
        {{ plays_role(rules.starting_events) }}
        or {{ plays_role(rules.extending_events) }} as is_seen

    from {{ ref('fct_events') }}

)

select session_id from events

where
    is_seen
    and {{ 'true' if rules.user_change == 'new' else 'false' }}

group by session_id

having count(distinct user_id) > 1

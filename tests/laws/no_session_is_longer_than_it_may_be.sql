-- Sessions that last longer or hold more events than the rules allow. Where rows were
-- changed by hand or restored in part, type: dbt build --full-refresh. If it fails
-- again, a model is wrong.
{{ config(**message_of_law()) }}
{%- set rules = session_rules_in_use() %}
with

sessions as (

    select
        session_id,
        session_started_at,
        session_ended_at as event_at

    from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

),

events as (

    select
        session_id,
        not is_server_side and (
            {{ matches_event_filter(rules.starting_events) }}
            or {{ matches_event_filter(rules.extending_events) }}
        ) as is_visible_to_rules

    from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

),

seen_events as (

    select
        session_id,
        count(case when is_visible_to_rules then 1 end) as session_event_count

    from events

    group by session_id

)

select sessions.session_id

from sessions
inner join seen_events
    on sessions.session_id = seen_events.session_id

where
    {{ exceeds_duration(rules) }}
    or {{ exceeds_timeout(rules, since='session_started_at')
        if rules.timeout_counts_from == 'session_start' else 'false' }}
    or {{ 'session_event_count > ' ~ rules.max_events
        if rules.max_events is not none else 'false' }}

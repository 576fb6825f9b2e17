{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}
{%- set built_sessions = built('fct_sessions') -%}

with

{% if built_sessions %}
newest_event as (

    select max(session_ended_at) as newest_event_at

    from {{ ref('int_sessions_described') }}

),

-- a session that was open times out when anybody moves the clock
visitors_timed_out as (

    select sessions.visitor_key

    from {{ ref('int_sessions_described') }} as sessions
    inner join {{ built_sessions }} as built
        on sessions.session_key = {{ key_from_text('built.session_id') }}
    cross join newest_event

    where
        built.end_reason = 'open'
        and {{ exceeds_timeout(
            rules, 'newest_event.newest_event_at', 'sessions.last_activity_at'
        ) }}

),

-- the clock goes back where the newest event of all made way for another delivery
visitors_open_again as (

    select sessions.visitor_key

    from {{ built_sessions }} as built
    inner join {{ ref('int_sessions_described') }} as sessions
        on built.session_id = {{ key_as_text('sessions.session_key') }}
    cross join newest_event

    where
        built.end_reason = 'timeout'
        -- no session ends before its last activity: few are left to be looked up
        and not {{ exceeds_timeout(
            rules, 'newest_event.newest_event_at', 'built.session_ended_at'
        ) }}
        and not {{ exceeds_timeout(
            rules, 'newest_event.newest_event_at', 'sessions.last_activity_at'
        ) }}

),

{% endif %}
-- what a visitor does changes what all its sessions say
visitors_with_new_rows as (

    select visitor_key

    from {{ ref('int_events_sessionized') }}

    where {{ is_pending('fct_sessions') }}

),

visitors_pending as (

    select * from visitors_with_new_rows
    {% if built_sessions %}
    union all
    select * from visitors_timed_out
    union all
    select * from visitors_open_again
    {% endif %}

)

select distinct visitor_key from visitors_pending

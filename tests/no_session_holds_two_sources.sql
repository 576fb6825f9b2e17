-- Events that bring a source other than their session's, where a change of source
-- splits. Events that may not start a session are invisible to the rule.
{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) %}
with

events as (

    select
        *,
        {{ plays_role(rules.starting_events) }} as may_start

    from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

)

select
    events.*,
    sessions.traffic_source as session_traffic_source,
    sessions.traffic_medium as session_traffic_medium

from events
inner join sessions
    on events.session_id = sessions.session_id

where
    events.may_start
    and {{ 'true' if rules.source_change == 'any' else 'false' }}
    and coalesce(events.traffic_source, events.traffic_medium) is not null
    and (
        coalesce({{ lower_ascii('events.traffic_source') }}, '')
        != coalesce({{ lower_ascii('sessions.traffic_source') }}, '')
        or coalesce({{ lower_ascii('events.traffic_medium') }}, '')
        != coalesce({{ lower_ascii('sessions.traffic_medium') }}, '')
    )

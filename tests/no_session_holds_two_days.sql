-- Events on another calendar day of the site than the session they belong to, where
-- midnight splits.
{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) %}
with

events as (

    select
        events.*,
        cast({{ local_time(
            'events.event_at',
            "coalesce(sites.time_zone, '" ~ var('reporting_time_zone') ~ "')"
        ) }} as date) as local_day

    from {{ ref('fct_events') }} as events
    left join {{ ref('int_sites') }} as sites
        on events.site_id = sites.site_id

),

sessions as (

    select * from {{ ref('fct_sessions') }}

)

select
    events.*,
    sessions.session_date

from events
inner join sessions
    on events.session_id = sessions.session_id

where
    {{ 'true' if rules.calendar == 'day' else 'false' }}
    and events.local_day <> sessions.session_date

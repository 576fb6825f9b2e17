-- Sessions whose last event lies on another calendar day of the site than their first, where
-- midnight splits.
{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) %}
with

sessions as (

    select
        sessions.*,
        coalesce(sites.time_zone, '{{ var("reporting_time_zone") }}') as time_zone

    from {{ ref('fct_sessions') }} as sessions
    left join {{ ref('int_sites') }} as sites
        on sessions.site_id = sites.site_id

)

select * from sessions

where
    {{ 'true' if rules.calendar == 'day' else 'false' }}
    and (
        session_date <> cast({{ local_time('session_started_at', 'time_zone') }} as date)
        or session_date <> cast({{ local_time('session_ended_at', 'time_zone') }} as date)
    )

-- Sessions whose first and last events lie on different calendar days of the site,
-- where midnight splits.
{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) %}
with

sessions as (

    select
        sessions.*,
        {{ site_time_zone('sites') }} as time_zone

    from {{ ref('fct_sessions') }} as sessions
    left join {{ ref('int_sites') }} as sites
        on sessions.site_id = sites.site_id

),

sessions_with_days as (

    select
        *,
        cast({{ local_time('session_started_at', 'time_zone') }} as date) as first_day,
        cast({{ local_time('session_ended_at', 'time_zone') }} as date) as last_day

    from sessions

)

select * from sessions_with_days

where
    {{ 'true' if rules.calendar == 'day' else 'false' }}
    and (session_date != first_day or session_date != last_day)

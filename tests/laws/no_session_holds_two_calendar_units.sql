-- Sessions with events of two calendar days, or hours, where the calendar splits. Where
-- rows were changed by hand or restored in part, type: dbt build --full-refresh. If it
-- fails again, a model is wrong.
{{ config(**message_of_law()) }}
{%- set rules = session_rules_in_use() %}
with

events as (

    select
        events.session_id,
        events.event_at,
        events.event_date,
        {{ convert_timezone('events.event_at', site_time_zone('sites')) }}
            as event_at_local

    from {{ ref('fct_events') }} as events
    left join {{ ref('stg_seeds__sites') }} as sites
        on events.site_id = sites.site_id

    where {{ is_in_test_scope('events.event_date') }}

)

select session_id from events

where {{ 'false' if rules.calendar == 'none' else 'true' }}

group by session_id

having count(distinct {{ calendar_unit(rules) }}) > 1

{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}
{%- set timeline = 'partition by visitor_key order by event_position' -%}

with

events as (

    select * from {{ ref('int_events_ordered') }}

    where not is_walked

),

-- each event beside what the visitor did before. Of these visitors, an event that may
-- not start a session does not extend one either, and the rules do not see it
events_with_previous as (

    select
        *,
        {{ last_known_before('case when may_start then event_at end', timeline) }}
            as last_activity_at,
        {{ last_known_before('case when may_start then local_day end', timeline) }}
            as previous_local_day,
        {{ last_known_before('case when may_start then ends end', timeline) }}
            as previous_event_ended

    from events

),

-- a visit is on the last source it brought, on direct as long as it brought none
events_with_visit_source as (

    select
        *,
        {{ last_known_before(
            'case when may_start then ' ~ visit_source_set(rules) ~ ' end', timeline
        ) }} as visit_source_key

    from events_with_previous

),

events_with_reason as (

    select
        *,
        {{ session_start_reason(rules) }} as reason

    from events_with_visit_source

),

events_reasoned as (
    {% set columns = [
        'event_key', 'visitor_key', 'event_at', 'local_day', 'loaded_at',
        'event_position', 'event_name', 'begins_island', 'has_page', 'has_user',
        'exclusion_reason', 'may_start', 'extends', 'ends', 'reason',
    ] %}
    select {{ columns | join(', ') }}
    from events_with_reason

    union all

    select {{ columns | join(', ') }}
    from {{ ref('int_events_paced') }}

),

events_with_part as (

    select
        event_key,
        visitor_key,
        event_at,
        local_day,
        loaded_at,
        event_position,
        event_name,
        begins_island,
        has_page,
        has_user,
        exclusion_reason,
        case when may_start then reason end as start_reason,
        exclusion_reason is null and {{ is_kept() }} as is_kept,
        {{ is_activity() }} as is_activity,
        {{ is_seen() }} and ends as is_ending

    from events_reasoned

)

select * from events_with_part

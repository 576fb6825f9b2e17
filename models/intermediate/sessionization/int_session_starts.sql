{%- set rules = session_rules_in_use() -%}
{%- set timeline = 'partition by visitor_key order by event_position' -%}

with

-- islands in which every event that may start a session also extends one: the rules see
-- these events and no others
events as (

    select * from {{ ref('int_events_sequenced') }}

    where not needs_recursion

),

-- each event beside what the visitor did before
events_with_previous as (

    select
        *,
        {{ previous_value('event_at', timeline) }} as last_activity_at,
        {{ previous_value('calendar_unit', timeline) }} as previous_calendar_unit,
        {{ previous_value('is_ending_event', timeline) }} as previous_event_ended

    from events

),

-- a visit belongs to the last user who logged in during it
events_with_visit_user as (

    select
        *,
        {{ previous_value(visit_user_set(begins_visit(rules)), timeline)
            if rules.user_change == 'new' else null_key() }} as visit_user_key

    from events_with_previous

),

-- and has the last source that it brought, or is direct as long as it brought none
events_with_visit_source as (

    select
        *,
        {{ previous_value(
            visit_source_set(begins_visit(rules), starts_session_alone(rules)), timeline
        ) if rules.source_change != 'none' else null_key() }} as visit_source_key

    from events_with_visit_user

),

events_with_reason as (

    select
        *,
        {{ session_start_reason(rules) }} as reason

    from events_with_visit_source

)

select
    *,
    case when is_starting_event then reason end as start_reason,
    exclusion_reason is null and {{ belongs_to_session() }} as belongs_to_session,
    {{ adopts_source(rules) }} as adopts_source,
    {{ is_activity() }} as is_activity,
    {{ is_visible_to_rules() }} and is_ending_event as is_ending

from events_with_reason

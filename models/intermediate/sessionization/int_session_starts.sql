{%- set rules = session_rules_in_use() -%}
{%- set timeline = 'partition by visitor_key order by event_position' -%}
{%- set begins_visit = (
    '(last_activity_at is null or ' ~ exceeds_timeout(rules) ~ ')'
) -%}
{%- set starts_session = (
    '(' ~ has_left(rules) ~ ' or ' ~ crosses_calendar_boundary(rules)
    ~ ' or ' ~ changes_user(rules) ~ ')'
) -%}

with

events as (

    select * from {{ ref('int_events_sequenced') }}

    where not needs_recursion

),

-- each event beside what the visitor did before. In these islands, an event that may
-- not start a session does not extend one either, and the rules do not see it
events_with_previous as (

    select
        *,
        {{ last_known_before('case when is_starting_event then event_at end', timeline) }}
            as last_activity_at,
        {{ last_known_before('case when is_starting_event then calendar_unit end', timeline) }}
            as previous_calendar_unit,
        {{ last_known_before('case when is_starting_event then is_ending_event end', timeline) }}
            as previous_event_ended

    from events

),

-- a visit is on the last user it had, on nobody as long as it had none
events_with_visit_user as (

    select
        *,
        {{ last_known_before(
            'case when is_starting_event then ' ~ visit_user_set(begins_visit) ~ ' end', timeline
        ) if rules.user_change == 'new' else null_key() }} as visit_user_key

    from events_with_previous

),

-- and on the last source it brought, on direct as long as it brought none
events_with_visit_source as (

    select
        *,
        {{ last_known_before(
            'case when is_starting_event then '
            ~ visit_source_set(begins_visit, starts_session) ~ ' end', timeline
        ) if rules.source_change != 'none' else null_key() }} as visit_source_key

    from events_with_visit_user

),

events_with_reason as (

    select
        *,
        {{ session_start_reason(rules) }} as reason

    from events_with_visit_source

),

events_reasoned as (
    {% set columns = [
        'event_key', 'visitor_key', 'event_at', 'event_date', 'loaded_date', 'batch_number',
        'event_position', 'event_name', 'begins_island', 'page_key', 'has_page',
        'has_user', 'exclusion_reason', 'is_starting_event', 'is_extending_event', 'is_ending_event', 'reason',
    ] %}
    select
        {{ columns | join(', ') }},
        {{ adopts_source(rules) }} as adopts_source

    from events_with_reason

    union all

    select
        {{ columns | join(', ') }},
        adopts_source

    from {{ ref('int_session_starts_recursive') }}

),

events_with_part as (

    select
        event_key,
        visitor_key,
        event_at,
        event_date,
        loaded_date,
        batch_number,
        event_position,
        event_name,
        begins_island,
        page_key,
        has_page,
        has_user,
        exclusion_reason,
        case when is_starting_event then reason end as start_reason,
        exclusion_reason is null and {{ belongs_to_session() }} as belongs_to_session,
        adopts_source,
        {{ is_activity() }} as is_activity,
        {{ is_visible_to_rules() }} and is_ending_event as is_ending

    from events_reasoned

)

select * from events_with_part

{%- set rules = session_rules_in_use() -%}
{%- set timeline = 'partition by visitor_key, island_number order by event_position' -%}

with

events as (

    select
        *,
        is_starting_event or is_extending_event as has_role

    from {{ ref('int_events_sequenced') }}

    where needs_recursion

),

-- each value where the rules may see it
events_with_seen_values as (

    select
        *,
        case when has_role then event_position end as role_position,
        case when has_role then calendar_unit end as role_calendar_unit,
        case when has_role then is_ending_event end as role_ended,
        case when is_extending_event then event_position end as extending_position,
        case when is_extending_event then event_at end as extending_at,
        case when has_role and user_key is not null then event_position end
            as user_position,
        case when has_role then user_key end as role_user_key,
        case when has_role and user_key is not null then is_starting_event end
            as user_may_start

    from events

),

-- the state before an event, if all events since the last decided one belong to the
-- session
events_with_state as (

    select
        *,
        {%- for value in [
            'role_position', 'role_calendar_unit', 'role_ended', 'extending_position',
            'extending_at', 'user_position', 'role_user_key', 'user_may_start',
        ] %}
        {{ last_known_before(value, timeline) }} as last_{{ value }},
        {%- endfor %}
        {{ limit_position(rules, 'visitor_key, island_number') }} as limit_position

    from events_with_seen_values

),

-- between two events to decide no boundary can hold. An event without a role changes no
-- state, but others before it may have ended its session
events_to_decide as (

    select
        *,
        begins_island
        or not has_role
        or last_role_ended
        or has_comparable_source
        or coalesce(calendar_unit != last_role_calendar_unit, false)
        or coalesce(user_key != last_role_user_key or not last_user_may_start, false)
        {%- if timeout_counts_from(rules) == 'last_activity_at' %}
        or last_extending_at is null
        or {{ exceeds_timeout(rules, since='last_extending_at') }}
        {%- endif %} as is_decided

    from events_with_state

),

events_with_next as (

    select
        *,
        coalesce(
            min(case when is_decided then event_position end) over (
                partition by visitor_key, island_number
                order by event_position rows between 1 following and unbounded following
            ),
            {{ no_position() }}
        ) as next_position_to_decide

    from events_to_decide

)

select * from events_with_next

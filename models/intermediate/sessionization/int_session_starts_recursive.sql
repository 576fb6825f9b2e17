{%- set rules = session_rules_in_use() -%}
{%- set folded = session_state_fold(rules, 'events') -%}
{%- set state = session_scan_state(rules) -%}

with recursive

events as (

    select * from {{ ref('int_events_to_decide') }}

),

{% if folded -%}
events_decided as (

    {{ folded | indent(4) }}

),

{% else -%}
-- from one event to decide to the next, with the state so far. After an event that did
-- not join the session, the values that would have preceded the next one are not its
-- state: then every event is decided until one is activity again
events_decided {{ recursive_cte_columns(scan_columns(state)) }} as (

    select
        visitor_key,
        island_number,
        event_position - 1 as event_position,
        event_position as next_position_to_decide,
        cast(null as {{ type_text() }}) as reason,
        {%- for column in state %}
        {{ column.first }} as {{ column.name }},
        {%- endfor %}
        false as adopts_source

    from events

    where begins_island

    union all

    select
        visitor_key,
        island_number,
        event_position,
        next_position_to_decide,
        reason,
        {%- for column in state %}
        {{ column.next }} as {{ column.name }},
        {%- endfor %}
        {{ adopts_source(rules) }} as adopts_source

    from (
        select
            *,
            {{ session_start_reason(rules, knows_start=true) }} as reason

        from (
            select
                events.*,
                decided.is_caught_up,
                decided.session_limit_position,
                decided.session_started_at,
                decided.visit_source_key,
                -- the events in between belong to the session
                case
                    when events.last_role_position > decided.event_position
                        then events.last_role_calendar_unit
                    else decided.previous_calendar_unit
                end as previous_calendar_unit,
                case
                    when events.last_role_position > decided.event_position
                        then events.last_role_ended
                    else decided.previous_event_ended
                end as previous_event_ended,
                case
                    when events.last_extending_position > decided.event_position
                        then events.last_extending_at
                    else decided.last_activity_at
                end as last_activity_at,
                case
                    when events.last_user_position > decided.event_position
                        then events.last_role_user_key
                    else decided.visit_user_key
                end as visit_user_key,
                decided.session_event_count
                + events.event_position - decided.event_position - 1
                    as session_event_count

            from events
            inner join events_decided as decided
                on
                    events.visitor_key = decided.visitor_key
                    and events.island_number = decided.island_number
                    and events.event_position = case
                        when not decided.is_caught_up then decided.event_position + 1
                        else least(
                            decided.next_position_to_decide,
                            {%- if rules.max_events is not none %}
                            decided.event_position + 1
                            + {{ rules.max_events }} - decided.session_event_count,
                            {%- endif %}
                            decided.session_limit_position
                        )
                    end
        ) as events_met
    ) as events_reasoned

),

{% endif -%}
-- an event without a decision continues its session
events_with_reason as (

    select
        events.event_key,
        events.visitor_key,
        events.event_at,
        events.event_date,
        events.loaded_date,
        events.batch_number,
        events.event_position,
        events.event_name,
        events.begins_island,
        events.page_key,
        events.has_page,
        events.has_user,
        events.exclusion_reason,
        events.is_starting_event,
        events.is_extending_event,
        events.is_ending_event,
        decided.reason,
        coalesce(decided.adopts_source, false) as adopts_source

    from events
    left join events_decided as decided
        on
            events.visitor_key = decided.visitor_key
            and events.island_number = decided.island_number
            and events.event_position = decided.event_position

)

select
    *,
    case when is_starting_event then reason end as start_reason,
    exclusion_reason is null and {{ belongs_to_session() }} as belongs_to_session,
    {{ is_activity() }} as is_activity,
    {{ is_visible_to_rules() }} and is_ending_event as is_ending

from events_with_reason

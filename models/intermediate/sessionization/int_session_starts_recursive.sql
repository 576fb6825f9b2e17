{%- set rules = session_rules_in_use() -%}
{%- set island = 'visitor_key, island_number' -%}
{%- set timeline = 'partition by ' ~ island ~ ' order by event_position' -%}
{%- set longest = longest_microseconds(rules) -%}
{%- set microseconds = microseconds_since_1970('event_at') -%}
{%- set no_step = 'cast(9223372036854775807 as ' ~ dbt.type_bigint() ~ ')' -%}
{%- set state = session_state(rules) -%}
{%- set folded = session_state_fold(rules, 'steps') -%}

with recursive

events as (

    select * from {{ ref('int_events_sequenced') }}

    where needs_recursion

),

{% if folded -%}
-- an event that neither starts nor extends changes no state and is decided at the end
steps as (

    select * from events

    where is_starting_event or is_extending_event

),

scan as (

    {{ folded | indent(4) }}

),

{% else -%}
-- an event that neither starts nor extends changes no state and is decided at the end
events_with_role as (

    select
        *,
        case when is_extending_event then event_at end as extending_at,
        case when is_extending_event then event_position end as extending_position,
        case when user_key is not null then event_position end as user_position,
        case when user_key is not null then is_starting_event end as user_may_start

    from events

    where is_starting_event or is_extending_event

),

-- the state at an event if all events since the last decided one belong to the session
steps as (

    select
        *,
        cast(row_number() over ({{ timeline }}) as bigint) as step,
        lag(calendar_unit) over ({{ timeline }}) as step_calendar_unit,
        lag(is_ending_event) over ({{ timeline }}) as step_ended,
        {{ last_known_before('extending_at', timeline) }} as extended_at,
        {{ last_known_before('extending_position', timeline) }} as extended_position,
        {{ last_known_before('user_key', timeline) }} as step_user_key,
        {{ last_known_before('user_position', timeline) }} as step_user_position,
        {{ last_known_before('user_may_start', timeline) }} as step_user_may_start,
        {% if longest is not none -%}
        -- the first event that a session opened here cannot hold
        1 + {{ count_up_to(
            longest, 'partition by ' ~ island ~ ' order by ' ~ microseconds
        ) }}
        {%- else -%}
        {{ no_step }}
        {%- endif %} as step_past_longest

    from events_with_role

),

-- the events to decide: between two of them no boundary can hold
steps_to_decide as (

    select
        *,
        step = 1
        or step_ended
        or has_comparable_source
        or coalesce(calendar_unit != step_calendar_unit, false)
        or coalesce(user_key != step_user_key or not step_user_may_start, false)
        {%- if timeout_counts_from(rules) == 'last_activity_at' %}
        or extended_at is null
        or {{ exceeds_timeout(rules, since='extended_at') }}
        {%- endif %} as is_decided

    from steps

),

steps_with_next as (

    select
        *,
        coalesce(
            min(case when is_decided then step end) over (
                {{ timeline }} rows between 1 following and unbounded following
            ),
            {{ no_step }}
        ) as next_step_to_decide

    from steps_to_decide

),

-- from one event to decide to the next, with the state so far. After an event that did
-- not join the session, steps no longer describes the state: then every event is
-- decided until one is activity again
scan {{ recursive_cte_columns([
    'visitor_key', 'island_number', 'step', 'event_position', 'next_step', 'reason',
    'adopts_source', 'is_caught_up',
] + state | map(attribute='name') | list + ['step_past_longest']) }} as (

    select
        visitor_key,
        island_number,
        cast(0 as bigint) as step,
        cast(0 as bigint) as event_position,
        cast(1 as bigint) as next_step,
        cast(null as {{ type_text() }}) as reason,
        false as adopts_source,
        false as is_caught_up,
        {%- for column in state %}
        {{ column.first }} as {{ column.name }},
        {%- endfor %}
        {{ no_step }} as step_past_longest

    from steps_with_next

    where step = 1

    union all

    select
        visitor_key,
        island_number,
        step,
        event_position,
        case
            when not is_caught_up then step + 1
            {%- if rules.max_events is not none %}
            else least(
                next_step_to_decide,
                step_past_longest,
                step + 1 + {{ rules.max_events }} - session_event_count
            )
            {%- else %}
            else least(next_step_to_decide, step_past_longest)
            {%- endif %}
        end,
        reason,
        adopts_source,
        is_caught_up,
        {%- for column in state %}
        {{ column.name }},
        {%- endfor %}
        step_past_longest

    from (
        select
            visitor_key,
            island_number,
            step,
            event_position,
            next_step_to_decide,
            reason,
            {{ adopts_source(rules) }} as adopts_source,
            {{ is_activity() }}
            or ({{ is_visible_to_rules() }} and was_caught_up) as is_caught_up,
            {%- for column in state %}
            {{ column.next }} as {{ column.name }},
            {%- endfor %}
            case
                when {{ starts_session() }} then own_step_past_longest
                else step_past_longest
            end as step_past_longest

        from (
            select
                *,
                {{ session_start_reason(rules, knows_start=true) }} as reason

            from (
                select
                    steps.visitor_key,
                    steps.island_number,
                    steps.step,
                    steps.event_position,
                    steps.event_at,
                    steps.is_starting_event,
                    steps.is_extending_event,
                    steps.is_ending_event,
                    steps.calendar_unit,
                    steps.user_key,
                    steps.source_key,
                    steps.has_comparable_source,
                    steps.next_step_to_decide,
                    steps.step_past_longest as own_step_past_longest,
                    scan.step_past_longest,
                    scan.is_caught_up as was_caught_up,
                    scan.session_started_at,
                    scan.session_event_count + steps.step - scan.step - 1
                        as session_event_count,
                    case
                        when steps.extended_position > scan.event_position
                            then steps.extended_at
                        else scan.last_activity_at
                    end as last_activity_at,
                    case
                        when steps.step > scan.step + 1 then steps.step_calendar_unit
                        else scan.previous_calendar_unit
                    end as previous_calendar_unit,
                    case
                        when steps.step > scan.step + 1 then steps.step_ended
                        else scan.previous_event_ended
                    end as previous_event_ended,
                    case
                        when steps.step_user_position > scan.event_position
                            then steps.step_user_key
                        else scan.visit_user_key
                    end as visit_user_key,
                    scan.visit_source_key

                from steps_with_next as steps
                inner join scan
                    on
                        steps.visitor_key = scan.visitor_key
                        and steps.island_number = scan.island_number
                        and steps.step = scan.next_step
            ) as steps_met
        ) as steps_reasoned
    ) as steps_taken

),

{% endif -%}
-- an event without a decision continues its session
events_decided as (

    select
        events.*,
        scan.reason,
        coalesce(scan.adopts_source, false) as adopts_source

    from events
    left join scan
        on
            events.visitor_key = scan.visitor_key
            and events.island_number = scan.island_number
            and events.event_position = scan.event_position

),

-- what the rules see of an event, now that its reason is known
events_as_seen as (

    select
        *,
        case when {{ is_activity() }} then event_at end as activity_at,
        case when {{ starts_session() }} then event_at end as starting_at,
        case when {{ is_visible_to_rules() }} then calendar_unit end as seen_unit,
        case when {{ is_visible_to_rules() }} then is_ending_event end as seen_ending

    from events_decided

),

-- the state at events that neither start nor extend, once all others are decided
events_with_previous as (

    select
        *,
        {{ last_known_before('activity_at', timeline) }} as last_activity_at,
        {{ last_known_before('starting_at', timeline) }} as session_started_at,
        {{ last_known_before('seen_unit', timeline) }} as previous_calendar_unit,
        {{ last_known_before('seen_ending', timeline) }} as previous_event_ended,
        -- neither another user or source nor a full session excludes them
        {{ no_user_key() }} as visit_user_key,
        {{ direct_key() }} as visit_source_key,
        0 as session_event_count

    from events_as_seen

),

events_with_reason as (

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
        is_starting_event,
        is_extending_event,
        is_ending_event,
        adopts_source,
        case
            when is_starting_event or is_extending_event then reason
            else {{ session_start_reason(rules, knows_start=true) }}
        end as reason

    from events_with_previous

)

select
    *,
    case when is_starting_event then reason end as start_reason,
    exclusion_reason is null and {{ belongs_to_session() }} as belongs_to_session,
    {{ is_activity() }} as is_activity,
    {{ is_visible_to_rules() }} and is_ending_event as is_ending

from events_with_reason

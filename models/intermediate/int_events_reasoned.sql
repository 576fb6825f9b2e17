{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}
{%- set timeline = 'partition by visitor_key order by event_position' -%}

with recursive

-- only what the rules look at, so that sorting stays cheap
events as (

    select
        event_key,
        visitor_key,
        event_at,
        local_day,
        event_name,
        page_url is not null as has_page,
        user_id is not null as has_user,
        {{ source_key(rules) }} as source_key,
        {{ plays_role(rules.starting_events) }} as may_start,
        {{ plays_role(rules.extending_events) }} as extends,
        {{ plays_role(rules.ending_events) }} as ends,
        row_number() over (
            partition by visitor_key
            order by event_at, coalesce(event_sequence, 0), {{ byte_order('event_id') }}
        ) as event_position

    from {{ ref('int_events_enriched') }}

    where exclusion_reason is null

),

walked_visitors as (

    select distinct visitor_key

    from events

    where {{ needs_walking(rules) }}

),

-- each event beside what the visitor did before; an event that may not start a session
-- is invisible here
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

    where
        not exists (
            select 1
            from walked_visitors
            where walked_visitors.visitor_key = events.visitor_key
        )

),

-- a visit is on the last source it brought since it began, on direct when it brought none
events_with_visit_source as (

    select
        *,
        {{ last_known_before(
            'case when may_start then ' ~ visit_source_set(rules) ~ ' end', timeline
        ) }} as visit_source_key

    from events_with_previous

),

events_with_reasons as (

    select
        *,
        {{ session_start_reason(rules) }} as reason

    from events_with_visit_source

),

-- the events of visitors to be walked, in islands: a silence longer than the timeout
-- ends every session, so nothing is carried over it
walked_events_with_previous as (

    select
        events.*,
        lag(events.event_at) over (
            partition by events.visitor_key order by events.event_position
        ) as previous_event_at

    from events
    inner join walked_visitors
        on events.visitor_key = walked_visitors.visitor_key

),

walked_events as (

    select
        *,
        count(
            case when {{ exceeds_timeout(rules, 'event_at', 'previous_event_at') }} then 1 end
        ) over (
            {{ timeline }} rows between unbounded preceding and current row
        ) as island_number

    from walked_events_with_previous

),

-- one step from each event of an island to the next, with what is known by then
walk as (

    select
        visitor_key,
        island_number,
        min(event_position) - 1 as event_position,
        cast(null as {{ dbt.type_string() }}) as reason,
        cast(null as {{ dbt.type_timestamp() }}) as last_activity_at,
        cast(null as date) as previous_local_day,
        false as previous_event_ended,
        {{ direct_key() }} as visit_source_key

    from walked_events

    group by visitor_key, island_number

    union all

    select
        visitor_key,
        island_number,
        event_position,
        reason,
        case when {{ is_activity() }} then event_at else last_activity_at end,
        case when {{ is_seen() }} then local_day else previous_local_day end,
        case when {{ is_seen() }} then ends else previous_event_ended end,
        case
            when {{ is_seen() }} then coalesce({{ visit_source_set(rules) }}, visit_source_key)
            else visit_source_key
        end

    from (
        select
            walked_events.*,
            walk.last_activity_at,
            walk.previous_local_day,
            walk.previous_event_ended,
            walk.visit_source_key,
            {{ session_start_reason(rules) }} as reason

        from walk
        inner join walked_events
            on walk.visitor_key = walked_events.visitor_key
            and walk.island_number = walked_events.island_number
            and walk.event_position + 1 = walked_events.event_position
    ) as steps

),

events_reasoned as (
    {% set columns = [
        'event_key', 'visitor_key', 'event_at', 'event_position', 'event_name',
        'has_page', 'has_user', 'may_start', 'extends', 'ends',
    ] %}
    select {{ columns | join(', ') }}, reason
    from events_with_reasons

    union all

    select walked_events.{{ columns | join(', walked_events.') }}, walk.reason
    from walked_events
    inner join walk
        on walked_events.visitor_key = walk.visitor_key
        and walked_events.island_number = walk.island_number
        and walked_events.event_position = walk.event_position

)

select
    event_key,
    visitor_key,
    event_at,
    event_position,
    event_name,
    has_page,
    has_user,
    case when may_start then reason end as start_reason,
    {{ is_kept() }} as is_kept,
    {{ is_activity() }} as is_activity,
    {{ is_seen() }} and ends as is_ending

from events_reasoned

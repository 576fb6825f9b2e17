{%- set rules = session_rules(
    var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
) -%}
{%- set timeline = 'partition by visitor_key order by event_position' -%}

with recursive

events as (

    select * from {{ ref('int_events_ordered') }}

    where is_walked

),

-- a silence longer than the timeout ends every session, so nothing is carried over it
events_in_islands as (

    select
        *,
        count(case when begins_island then 1 end) over (
            {{ timeline }} rows between unbounded preceding and current row
        ) as island_number

    from events

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

    from events_in_islands

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
        coalesce(
            case when {{ is_seen() }} then {{ visit_source_set(rules) }} end,
            visit_source_key
        )

    from (
        select
            events_in_islands.*,
            walk.last_activity_at,
            walk.previous_local_day,
            walk.previous_event_ended,
            walk.visit_source_key,
            {{ session_start_reason(rules) }} as reason

        from walk
        inner join events_in_islands
            on
                walk.visitor_key = events_in_islands.visitor_key
                and walk.island_number = events_in_islands.island_number
                and walk.event_position + 1 = events_in_islands.event_position
    ) as steps

),

events_paced as (

    select
        events_in_islands.*,
        walk.reason

    from events_in_islands
    inner join walk
        on
            events_in_islands.visitor_key = walk.visitor_key
            and events_in_islands.island_number = walk.island_number
            and events_in_islands.event_position = walk.event_position

)

select * from events_paced

{{ config(**looked_up_often()) }}
{%- set ties = 'coalesce(event_sequence, 0), ' ~ byte_order('event_id') -%}
{%- set timeline = 'partition by visitor_key order by event_at, ' ~ ties -%}
{%- set rules = session_rules_in_use() -%}

with

events as (

    select * from {{ ref('int_events_gathered') }}

),

-- only what the rules look at, so that sorting stays cheap
events_in_order as (

    select
        event_key,
        visitor_key,
        event_at,
        local_day,
        loaded_day,
        batch_number,
        event_name,
        exclusion_reason,
        page_key,
        page_url is not null as has_page,
        user_id is not null as has_user,
        {{ user_key(rules) }} as user_key,
        {{ source_key(rules) }} as source_key,
        {{ is_compared(rules) }} as is_compared,
        {{ calendar_unit(rules) }} as calendar_unit,
        exclusion_reason is null
        and {{ plays_role(rules.starting_events) }} as may_start,
        exclusion_reason is null
        and {{ plays_role(rules.extending_events) }} as extends,
        exclusion_reason is null
        and {{ plays_role(rules.ending_events) }} as ends,
        cast(row_number() over ({{ timeline }}) as bigint)
            as event_position,
        lag(event_at) over ({{ timeline }}) as previous_event_at

    from events

),

{% if may_walk(rules) -%}
events_at_silences as (

    select
        *,
        {{ begins_island(rules) }} as begins_island

    from events_in_order

),

events_in_islands as (

    select
        *,
        count(case when begins_island then 1 end) over (
            partition by visitor_key
            order by event_position rows between unbounded preceding and current row
        ) as island_number

    from events_at_silences

),

events_ordered as (

    select
        *,
        {{ is_walked(rules, 'visitor_key, island_number') }} as is_walked

    from events_in_islands

)
{%- else -%}
events_ordered as (

    select
        *,
        {{ begins_island(rules) }} as begins_island,
        1 as island_number,
        false as is_walked

    from events_in_order

)
{%- endif %}

select * from events_ordered

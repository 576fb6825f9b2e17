{{ config(**reused_within_run()) }}
{%- set ties = 'coalesce(event_sequence, 0), ' ~ collate_binary('event_id') -%}
{%- set timeline = 'partition by visitor_key order by event_at, ' ~ ties -%}
{%- set rules = session_rules_in_use() -%}

with

-- what the server of a shop sends joins the session that is open, and changes no state
events as (

    select
        *,
        exclusion_reason is null and not coalesce(is_server_side, false)
            as is_seen_by_rules

    from {{ ref('int_events_in_affected_islands') }}

),

-- only what the rules look at, so that sorting stays cheap
events_in_order as (

    select
        event_key,
        visitor_key,
        event_at,
        event_date,
        loaded_date,
        batch_number,
        event_name,
        exclusion_reason,
        page_key,
        page_url is not null as has_page,
        user_id is not null as has_user,
        {{ user_key(rules) }} as user_key,
        {{ source_key(rules) }} as source_key,
        {{ has_comparable_source(rules) }} as has_comparable_source,
        {{ calendar_unit(rules) }} as calendar_unit,
        is_seen_by_rules
        and {{ matches_event_filter(rules.starting_events) }} as is_starting_event,
        is_seen_by_rules
        and {{ matches_event_filter(rules.extending_events) }} as is_extending_event,
        is_seen_by_rules
        and {{ matches_event_filter(rules.ending_events) }} as is_ending_event,
        cast(row_number() over ({{ timeline }}) as bigint)
            as event_position,
        lag(event_at) over ({{ timeline }}) as previous_event_at

    from events

),

{% if may_need_recursion(rules) -%}
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
        {{ needs_recursion(rules, 'visitor_key, island_number') }} as needs_recursion

    from events_in_islands

)
{%- else -%}
events_ordered as (

    select
        *,
        {{ begins_island(rules) }} as begins_island,
        1 as island_number,
        false as needs_recursion

    from events_in_order

)
{%- endif %}

select * from events_ordered

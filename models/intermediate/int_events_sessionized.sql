{{ config(laid_out_by('local_day', keys=[
    'visitor_key', 'event_key', 'island_key', 'island_batch_number', 'exclusion_reason',
])) }}
{%- set timeline = 'partition by visitor_key order by event_position' -%}
{%- set session = 'partition by visitor_key, session_number, is_kept' -%}
{%- set session_timeline = session ~ ' order by event_position' -%}

with

events as (

    select * from {{ ref('int_events_reasoned') }}

),

-- what an event calls the session or the island that begins with it
events_with_own_key as (

    select
        *,
        case
            when start_reason is not null or begins_island then {{ session_key() }}
        end as own_key

    from events

    {{ reckoned_once() }}

),

-- the starts so far number the session, only to tell apart those of this selection
events_numbered as (

    select
        *,
        count(start_reason) over (
            {{ timeline }} rows between unbounded preceding and current row
        ) as session_number,
        case when start_reason is not null then own_key end as opened_session_key,
        {{ last_known_so_far('case when begins_island then own_key end', timeline) }}
            as island_key

    from events_with_own_key

),

-- the event that opens a session gives it its key
events_in_sessions as (

    select
        *,
        first_value(opened_session_key) over ({{ session_timeline }}) as session_key,
        row_number() over ({{ session_timeline }}) as event_number,
        has_page and count(case when has_page then 1 end) over (
            {{ session_timeline }} rows between unbounded preceding and current row
        ) = 1 as is_landing,
        -- the last of so many: a frame that ends with the session would be counted anew
        -- for each event by some engines
        has_page and count(case when has_page then 1 end) over (
            {{ session_timeline }} rows between unbounded preceding and current row
        ) = count(case when has_page then 1 end) over ({{ session }}) as is_exit,
        has_user and count(case when has_user then 1 end) over (
            {{ session_timeline }} rows between unbounded preceding and current row
        ) = count(case when has_user then 1 end) over ({{ session }})
            as is_last_with_user,
        {{ is_repeated(var('repeated_page_view_seconds'), session_timeline) }}
            as is_repeated

    from events_numbered

),

events_sessionized as (

    select
        event_key,
        visitor_key,
        event_at,
        local_day,
        loaded_day,
        event_name,
        island_key,
        -- grows with every row that falls into the island, a displaced one included
        max(batch_number) over (partition by island_key) as island_batch_number,
        min(local_day) over (partition by island_key) as island_first_day,
        max(local_day) over (partition by island_key) as island_last_day,
        is_activity,
        is_ending,

        ---------- null for an event that belongs to no session
        case when is_kept then session_key end as session_key,
        case when is_kept then event_number end as event_number,
        case
            when is_kept
                then session_number + 1 - min(
                    case when start_reason is not null then session_number end
                ) over (partition by island_key)
        end as island_session_number,
        is_kept and is_landing as is_landing,
        is_kept and is_exit as is_exit,
        is_kept and is_last_with_user as is_last_with_user,
        is_kept and is_repeated as is_repeated,
        is_kept and adopts_source as adopts_source,
        -- an island does not know what the visitor did before it
        case
            when start_reason = 'first_event' then 'timeout'
            else start_reason
        end as start_reason,
        case
            when exclusion_reason is null and not is_kept then 'no_session'
            else exclusion_reason
        end as exclusion_reason

    from events_in_sessions

)

select * from events_sessionized

{{ lie_together_by('local_day') }}

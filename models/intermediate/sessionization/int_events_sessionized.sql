{{ config(partition_and_cluster_by('event_date', keys=[
    'visitor_key', 'event_key', 'island_key', 'island_batch_number', 'exclusion_reason',
])) }}
{%- set timeline = 'partition by visitor_key order by event_position' -%}
{%- set session_timeline = 'partition by visitor_key, session_number, '
    ~ 'belongs_to_session order by event_position' %}

with

events as (
    {% set columns = [
        'event_key', 'visitor_key', 'event_at', 'event_date', 'loaded_date',
        'batch_number', 'event_position', 'event_name', 'begins_island', 'page_key',
        'has_page', 'has_user', 'exclusion_reason', 'start_reason',
        'belongs_to_session', 'adopts_source', 'is_activity', 'is_ending',
    ] | join(', ') %}
    select {{ columns }} from {{ ref('int_session_starts') }}
    union all
    select {{ columns }} from {{ ref('int_session_starts_recursive') }}

),

-- the key of the session or island that begins with an event
events_with_own_key as (

    select
        *,
        case
            when start_reason is not null or begins_island then {{ session_key() }}
        end as own_key

    from events

    {{ optimization_fence() }}

),

-- the count of starts so far numbers the sessions within this selection
events_numbered as (

    select
        *,
        count(start_reason) over (
            partition by visitor_key
            order by event_position rows between unbounded preceding and current row
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
        first_value(opened_session_key) over (
            partition by visitor_key, session_number, belongs_to_session
            order by event_position
        ) as session_key,
        row_number() over (
            partition by visitor_key, session_number, belongs_to_session
            order by event_position
        ) as event_number,
        has_page and count(case when has_page then 1 end) over (
            partition by visitor_key, session_number, belongs_to_session
            order by event_position rows between unbounded preceding and current row
        ) = 1 as is_landing,
        -- the last of so many: some engines evaluate a frame that ends with the session
        -- once per event
        has_page and count(case when has_page then 1 end) over (
            partition by visitor_key, session_number, belongs_to_session
            order by event_position rows between unbounded preceding and current row
        ) = count(case when has_page then 1 end) over (
            partition by visitor_key, session_number, belongs_to_session
        ) as is_exit,
        has_user and count(case when has_user then 1 end) over (
            partition by visitor_key, session_number, belongs_to_session
            order by event_position rows between unbounded preceding and current row
        ) = count(case when has_user then 1 end) over (
            partition by visitor_key, session_number, belongs_to_session
        ) as is_last_with_user,
        {{ is_repeated(setting('repeated_page_view_seconds'), session_timeline) }}
            as is_repeated

    from events_numbered

),

events_sessionized as (

    select
        event_key,
        visitor_key,
        event_at,
        event_date,
        loaded_date,
        event_name,
        island_key,
        -- grows with every row that falls into the island, superseded duplicates
        -- included
        max(batch_number) over (partition by island_key) as island_batch_number,
        min(event_date) over (partition by island_key) as island_first_day,
        max(event_date) over (partition by island_key) as island_last_day,
        is_activity,
        is_ending,

        ---------- null for an event that belongs to no session
        case when belongs_to_session then session_key end as session_key,
        case when belongs_to_session then event_number end as event_number,
        case
            when belongs_to_session
                then session_number + 1 - min(
                    case when start_reason is not null then session_number end
                ) over (partition by island_key)
        end as island_session_number,
        belongs_to_session and is_landing as is_landing,
        belongs_to_session and is_exit as is_exit,
        belongs_to_session and is_last_with_user as is_last_with_user,
        belongs_to_session and is_repeated as is_repeated,
        belongs_to_session and adopts_source as adopts_source,
        -- whether the visitor was here before an island is decided later
        case
            when start_reason = 'first_event' then 'timeout'
            else start_reason
        end as start_reason,
        case
            when exclusion_reason is null and not belongs_to_session then 'no_session'
            else exclusion_reason
        end as exclusion_reason

    from events_in_sessions

)

select * from events_sessionized

{{ sort_output_by('event_date') }}

{{ config(partition_and_cluster_by('event_date', keys=['session_id'])) }}
{%- set backwards = 'partition by session_key order by event_number desc' -%}
{%- set page_view_at = "case when event_name = 'page_view' then event_at end" -%}

with

sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
    {% if is_incremental() %}
        and {{ in_affected_island('fct_events') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if is_incremental() %}
        and {{ is_event_of('sessionized_events', 'loaded_date') }}
    {% endif %}

),

-- one sort for both: the next page view is the last one that was seen backwards
events_with_neighbours as (

    select
        *,
        lead(event_at) over ({{ backwards }}) as previous_event_at,
        case
            when event_name = 'page_view'
                then {{ last_known_before(page_view_at, backwards) }}
        end as next_page_view_at

    from sessionized_events

),

events_with_sessions as (

    select
        {{ key_to_text('neighbours.session_key') }} as session_id,

        ---------- the event, with its address shortened and its source resolved
        {%- for column in event_columns() %}
        events.{{ column.name }},
        {%- endfor %}
        events.event_name_given,
        cast(events.event_at_local as {{ type_timestamp_local() }}) as event_at_local,
        events.event_date,
        events.page_path,
        events.page_group,
        events.is_server_side,

        ---------- its place in the session
        cast(neighbours.event_number as bigint) as event_number,
        {{ seconds_between('neighbours.previous_event_at', 'events.event_at') }}
            as seconds_since_previous,
        {{ seconds_between('events.event_at', 'neighbours.next_page_view_at') }}
            as seconds_on_page,
        neighbours.is_landing,
        neighbours.is_exit,
        neighbours.is_repeated

    from events
    inner join events_with_neighbours as neighbours
        on events.event_key = neighbours.event_key

)

select * from events_with_sessions

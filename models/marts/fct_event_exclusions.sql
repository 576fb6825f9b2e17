with

events as (

    select * from {{ ref('int_events_enriched') }}

),

events_without_session as (

    select event_key

    from {{ ref('int_events_sessionized') }}

    where session_key is null

),

excluded_events as (

    select
        site_id,
        local_day,
        exclusion_reason

    from events

    where exclusion_reason is not null

    union all

    select
        events.site_id,
        events.local_day,
        'no_session' as exclusion_reason

    from events
    inner join events_without_session
        on events.event_key = events_without_session.event_key

    where events.exclusion_reason is null

),

exclusions_counted as (

    select
        site_id,
        local_day,
        exclusion_reason as reason,
        {{ whole_number('count(*)') }} as event_count

    from excluded_events

    group by site_id, local_day, exclusion_reason

)

select * from exclusions_counted

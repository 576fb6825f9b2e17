with

arrived_again as (

    select
        site_id,
        event_id

    from {{ ref('int_events_this_run') }}

    where not {{ is_invalid() }}

    group by site_id, event_id

    having count(*) > 1

),

known_already as (

    select distinct
        events.site_id,
        events.event_id

    from {{ ref('int_events_this_run') }} as events
    inner join {{ ref('int_events_delivered_before') }} as known_events
        on
            events.site_id = known_events.site_id
            and events.event_id = known_events.event_id

),

events_repeated as (

    select
        site_id,
        event_id

    from (
        select * from arrived_again
        union all
        select * from known_already
    ) as events

    group by site_id, event_id

)

select * from events_repeated

with

known_events as (

    select * from {{ ref('int_events_delivered_before') }}

),

-- most events arrive once; only the others have to be sorted
repeated_events as (

    select
        site_id,
        event_id

    from {{ ref('int_events_identified') }}

    where not {{ is_invalid() }}

    group by site_id, event_id

    having count(*) > 1

    union distinct

    select
        site_id,
        event_id

    from known_events

),

-- an invalid row has no event id to compare. The events are read here and again below:
-- a shared CTE would be materialized as a whole
events as (

    select
        *,
        case when not {{ is_invalid() }} then event_id end as delivered_id

    from {{ ref('int_events_identified') }}

    {{ optimization_fence() }}

),

events_delivered_once as (

    select
        events.*,
        1 as delivery_number,
        true as arrived_first

    from events
    left join repeated_events
        on
            events.site_id = repeated_events.site_id
            and events.delivered_id = repeated_events.event_id

    where repeated_events.event_id is null

),

-- the first delivery stays; among several with one loaded_at the smallest as text, so
-- that every engine keeps the same one
events_delivered_again as (

    select
        events.*,
        events.event_id as delivered_id,
        row_number() over (
            partition by events.site_id, events.event_id
            order by
                events.loaded_at,
                {{ text_order('events', ['event_source']) }},
                {{ text_order('events', event_columns() | map(attribute='name')) }},
                {{ text_order('events', ['event_name_given']) }}
        ) + case when first_known.event_id is null then 0 else 1 end
            as delivery_number,
        own_known.event_id is null
        and events.loaded_at = min(events.loaded_at) over (
            partition by events.site_id, events.event_id, events.event_source
        ) as arrived_first

    from {{ ref('int_events_identified') }} as events
    inner join repeated_events
        on
            events.site_id = repeated_events.site_id
            and events.event_id = repeated_events.event_id
    left join known_events as first_known
        on
            events.site_id = first_known.site_id
            and events.event_id = first_known.event_id
            and first_known.is_first
            and {{ is_delivered_before('first_known', 'events') }}
    left join known_events as own_known
        on
            events.site_id = own_known.site_id
            and events.event_id = own_known.event_id
            and events.event_source = own_known.event_source
            and events.loaded_at > own_known.loaded_at

    where not {{ is_invalid('events.') }}

),

events_deduplicated as (

    select * from events_delivered_once
    union all
    select * from events_delivered_again

)

select * from events_deduplicated

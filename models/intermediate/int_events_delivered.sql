{%- set built_events = built('int_events_enriched') -%}

with

-- most events arrive once; only the others have to be put in order
repeated_events as (

    select
        site_id,
        event_id,
        0 as earlier_delivery_count

    from {{ ref('int_events_arrived') }}

    where not {{ is_invalid() }}

    group by site_id, event_id

    having count(*) > 1

),

{% if built_events %}
-- of what arrived, the events that an earlier build has: one narrow column is searched
known_keys as (

    select
        event_key,
        min(loaded_at) as loaded_at

    from {{ built_events }}

    where
        event_key in (select {{ event_key() }} from {{ ref('int_events_arrived') }})

    group by event_key

),

-- at the moment from which rows are built again it is no earlier delivery but the same
known_events as (

    select
        events.site_id,
        events.event_id,
        case
            when known_keys.loaded_at < (
                select min(loaded_at) from {{ ref('int_events_arrived') }}
            )
                then 1
            else 0
        end as earlier_delivery_count

    from {{ ref('int_events_arrived') }} as events
    inner join known_keys
        on {{ event_key('events.') }} = known_keys.event_key

),

{% endif %}
events_to_number as (

    select
        site_id,
        event_id,
        max(earlier_delivery_count) as earlier_delivery_count

    from (
        select * from repeated_events
        {% if built_events %}
        union all
        select * from known_events
        {% endif %}
    ) as events

    group by site_id, event_id

),

-- an invalid row is no delivery of anything. The events are read here and once more
-- below: one import for both would be kept in memory whole
events as (

    select
        *,
        case when not {{ is_invalid() }} then event_id end as delivered_id

    from {{ ref('int_events_arrived') }}

),

events_delivered_once as (

    select
        events.*,
        1 as delivery_number,
        true as arrived_first

    from events
    left join events_to_number
        on
            events.site_id = events_to_number.site_id
            and events.delivered_id = events_to_number.event_id

    where events_to_number.event_id is null

),

-- the first delivery stays; of several at one moment the smallest as text, so that no
-- engine chooses by chance
events_delivered_again as (

    select
        events.*,
        events.event_id as delivered_id,
        events_to_number.earlier_delivery_count + row_number() over (
            partition by events.site_id, events.event_id
            order by
                events.loaded_at,
                {{ text_order('events', [
                    'visitor_id', 'user_id', 'event_name', 'event_at', 'event_sequence',
                    'page_url', 'referrer_url', 'user_agent', 'ip_address', 'country',
                    'traffic_source', 'traffic_medium', 'traffic_campaign',
                    'traffic_term', 'traffic_content',
                    'order_id', 'revenue', 'currency', 'product_id', 'quantity',
                ]) }}
        ) as delivery_number,
        events_to_number.earlier_delivery_count = 0
        and events.loaded_at = min(events.loaded_at) over (
            partition by events.site_id, events.event_id
        ) as arrived_first

    from {{ ref('int_events_arrived') }} as events
    inner join events_to_number
        on
            events.site_id = events_to_number.site_id
            and events.event_id = events_to_number.event_id

    where not {{ is_invalid('events.') }}

),

events_delivered as (

    select * from events_delivered_once
    union all
    select * from events_delivered_again

),

-- why a row is no event of a visit; null when nothing here speaks against it
events_with_exclusions as (

    select
        *,
        case
            when {{ is_invalid() }} then 'invalid'
            when delivery_number > 1 then 'duplicate'
            when {{ is_future(var('future_tolerance_minutes')) }} then 'future'
        end as exclusion_reason

    from events_delivered

)

select * from events_with_exclusions

{%- set built_events = built('int_events_enriched') -%}

with

arrived_again as (

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
        and {{ is_remembered('int_events_enriched') }}

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
events_repeated as (

    select
        site_id,
        event_id,
        max(earlier_delivery_count) as earlier_delivery_count

    from (
        select * from arrived_again
        {% if built_events %}
        union all
        select * from known_events
        {% endif %}
    ) as events

    group by site_id, event_id

)

select * from events_repeated

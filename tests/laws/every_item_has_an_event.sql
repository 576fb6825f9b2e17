-- Items of unknown events, by site: how many, and the id of one. They count once their
-- event arrives; if it never does, site_id or event_id of the item differs from that of
-- its event. Items without an item_number never count. Correct them where they are
-- loaded, then type: dbt build --full-refresh --select stg_event_items+
{{ config(severity='warn', **message_of_law()) }}

with

items as (

    select
        *,
        {{ event_key() }} as event_key

    from {{ ref('stg_event_items') }}

    where {{ is_loaded_in_test_scope('loaded_at') }}

),

events as (

    select distinct event_key

    from {{ ref('int_events_enriched') }}

    where event_key in (select items.event_key from items)

)

select
    items.site_id,
    count(*) as item_count,
    min(items.event_id) as example_event_id,
    max(items.loaded_at) as newest_loaded_at

from items
left join events
    on items.event_key = events.event_key

where
    events.event_key is null
    or items.item_number is null

group by items.site_id

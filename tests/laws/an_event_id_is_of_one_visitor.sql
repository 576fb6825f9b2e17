-- Sources of which more than one in a hundred rows is excluded as a duplicate of
-- another visitor's event: event_id is a word for no id, or a number that starts at 1
-- for each visitor. Such events are lost. Put the visitor before it, or make it a hash
-- of the row.
{{ config(severity='warn', **message_of_law()) }}
with

sources as (

    select
        event_source,
        count(*) as row_count

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and not {{ is_withdrawn() }}

    group by event_source

),

duplicates as (

    select
        event_source,
        event_id,
        event_key,
        visitor_id

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and exclusion_reason = 'duplicate'

),

first_deliveries as (

    select
        event_key,
        visitor_id

    from {{ ref('int_events_enriched') }}

    where
        event_key in (select duplicates.event_key from duplicates)
        and coalesce(exclusion_reason, '') not in ('duplicate', 'withdrawn')

),

duplicates_of_others as (

    select
        duplicates.event_source,
        count(*) as found_count,
        min(duplicates.event_id) as example_event_id

    from duplicates
    inner join first_deliveries
        on duplicates.event_key = first_deliveries.event_key

    where duplicates.visitor_id != first_deliveries.visitor_id

    group by duplicates.event_source

)

select
    sources.event_source,
    'event_id' as column_name,
    sources.row_count,
    duplicates_of_others.found_count,
    duplicates_of_others.example_event_id,
    'make event_id unique per site: put visitor_id before it' as what_to_do

from sources
inner join duplicates_of_others
    on sources.event_source = duplicates_of_others.event_source

where {{ is_more_than_usual('found_count', 'row_count', 1) }}

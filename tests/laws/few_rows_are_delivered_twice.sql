-- Sources of which more than one in twenty rows is another delivery of an event: they
-- count once, but a loader that appends what it has loaded before costs time and hides
-- other faults. Ids that are not unique look the same: an_event_id_is_of_one_visitor.
-- Have the loader take up where it stopped.
{{ config(severity='warn', **message_of_law()) }}
with

sources as (

    select
        event_source,
        'event_id' as column_name,
        count(*) as row_count,
        count(case when exclusion_reason = 'duplicate' then 1 end) as found_count

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and not {{ is_withdrawn() }}

    group by event_source

)

select
    *,
    round(100.0 * found_count / row_count, 1) as percent_found,
    'have the loader skip what it has loaded, or check that no two events '
    || 'share an event_id' as what_to_do

from sources

where {{ is_more_than_usual('found_count', 'row_count', 5) }}

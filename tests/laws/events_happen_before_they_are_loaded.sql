-- Sources of which more than one in a hundred events is later than its load by more
-- than a minute: a device's clock stamped it, or loaded_at is not the time of loading.
-- Where the source has a corrected time, as Snowplow and Segment have, load that as
-- event_at.
{{ config(severity='warn', **message_of_law()) }}
with

sources as (

    select
        event_source,
        'event_at' as column_name,
        count(*) as row_count,
        count(
            case
                when event_at > {{ timestamp_add('minute', 1, 'loaded_at') }} then 1
            end
        ) as found_count

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and coalesce(exclusion_reason, 'future') = 'future'

    group by event_source

)

select
    *,
    round(100.0 * found_count / row_count, 1) as percent_found,
    'load the time that the source has corrected, in UTC, as event_at, '
    || 'and the time of loading as loaded_at' as what_to_do

from sources

where {{ is_more_than_usual('found_count', 'row_count', 1) }}

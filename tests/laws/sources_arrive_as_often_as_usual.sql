-- Sources without a new event for more than twice the longest time that was between
-- two builds with new events of theirs, of the last 28: a loader or a reader has
-- stopped, or loads the same rows again. Start it; the next build reads what has come
-- in. Seven such times have to be known, and an hour to be over. It reads
-- agg_build_log, so it counts until the newest build that has ended, and a build that
-- was late is no alarm.
{{ config(severity='warn', **message_of_law()) }}
with

builds as (

    select * from {{ ref('agg_build_log') }}

),

newest_build as (

    select max(started_at) as newest_started_at from builds

),

builds_with_events as (

    select
        event_source,
        started_at,
        lag(started_at) over (partition by event_source order by started_at)
            as previous_started_at,
        row_number() over (partition by event_source order by started_at desc) as place

    from builds

    where
        event_source is not null
        and newest_event_at is not null

),

sources as (

    select
        event_source,
        max(started_at) as newest_arrival_at,
        count(previous_started_at) as time_count,
        max({{ seconds_between('previous_started_at', 'started_at') }})
            as longest_seconds

    from builds_with_events

    where place <= 28

    group by event_source

),

sources_compared as (

    select
        sources.*,
        {{ seconds_between(
            'sources.newest_arrival_at', 'newest_build.newest_started_at'
        ) }}
            as seconds_without_events

    from sources
    cross join newest_build

)

select
    event_source,
    newest_arrival_at,
    round(seconds_without_events / 3600.0, 1) as hours_without_events,
    round(longest_seconds / 3600.0, 1) as longest_hours_before,
    'start the loader of this source, and look at its newest rows' as what_to_do

from sources_compared

where
    time_count >= 7
    and seconds_without_events > 3600
    and seconds_without_events > 2 * longest_seconds

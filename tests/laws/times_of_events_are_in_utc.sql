-- Sites of a source whose events arrive a whole number of quarter hours, an hour or
-- more, after or before they happened: one of both times is local time stored as UTC.
-- At least half of the events have to arrive within six minutes of that offset, in
-- twenty different minutes, so loads in batches of an hour or a day say nothing. Load
-- both in UTC, then type: dbt build --full-refresh
{{ config(severity='warn', **message_of_law()) }}
with

delays as (

    select
        event_source,
        site_id,
        {{ time_bucket('loaded_at', 60) }} as loaded_minute,
        {{ microseconds_of_delay('event_at', 'loaded_at') }} as delay

    from {{ ref('int_events_enriched') }}

    where
        {{ is_in_test_scope('event_date') }}
        and coalesce(exclusion_reason, 'future') = 'future'

),

quarter_hours as (

    select
        event_source,
        site_id,
        cast(floor(delay / 900000000) as {{ dbt.type_bigint() }}) - 60
            as quarter_hours,
        case when mod(delay, 900000000) < 360000000 then loaded_minute end
            as minute_in_time

    from delays

),

offsets as (

    select
        event_source,
        site_id,
        quarter_hours,
        count(*) as row_count,
        count(minute_in_time) as found_count,
        count(distinct case when abs(quarter_hours) >= 4 then minute_in_time end)
            as loaded_minute_count

    from quarter_hours

    group by event_source, site_id, quarter_hours

),

offsets_of_sites as (

    select
        event_source,
        site_id,
        'event_at' as column_name,
        15 * quarter_hours as minutes_until_loaded,
        sum(row_count) over (partition by event_source, site_id) as row_count,
        found_count,
        loaded_minute_count

    from offsets

)

select
    *,
    case
        when minutes_until_loaded < 0
            then
                'convert event_at from the local time of a zone east of UTC, '
                || 'or loaded_at from that of one west of it'
        else
            'convert event_at from the local time of a zone west of UTC, '
            || 'or loaded_at from that of one east of it'
    end as what_to_do

from offsets_of_sites

where
    abs(minutes_until_loaded) <= 840
    and loaded_minute_count >= 20
    and {{ is_more_than_usual('found_count', 'row_count', 50) }}

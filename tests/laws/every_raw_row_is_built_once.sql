-- Rows that are in the raw tables and not in int_events_enriched, or the reverse, by
-- their contents. A row is missing when its loaded_at is below the watermark of its
-- source: set loaded_at on arrival, and backfill such rows by a full refresh. Rows
-- that the next build reads anyway are not missing: those at the watermark of their
-- source or above it, those of a source without one, and those without a loaded_at. Nor
-- are built rows that are older than the oldest raw row: the raw table was trimmed.
--
-- A late-arriving row must not keep the others from the marts, so this runs after them:
-- depends_on: {{ ref('fct_sessions') }}, {{ ref('fct_events') }}
-- depends_on: {{ ref('fct_event_exclusions') }}
{{ config(**message_of_law()) }}
{%- set sides = [
    {
        'model': 'stg_events', 'loaded_at': 'loaded_at_given', 'counts': 'true',
        'in_raw': 1, 'in_build': 0,
    },
    {
        'model': 'int_events_enriched', 'loaded_at': 'loaded_at',
        'counts': 'not ' ~ is_withdrawn(), 'in_raw': 0, 'in_build': 1,
    },
] %}
with

newest_rows as (

    select
        event_source,
        max(loaded_at) as newest_loaded_at

    from {{ ref('int_events_enriched') }}

    where {{ is_loaded_in_test_scope('loaded_at') }}

    group by event_source

),

oldest_rows as (

    select
        event_source,
        min(loaded_at) as oldest_loaded_at

    from {{ ref('stg_events') }}

    where {{ is_loaded_in_test_scope('loaded_at_given') }}

    group by event_source

),

-- two narrow columns of all rows are compared, and the others only where those differ
loads as (
    {% for side in sides %}
    select
        event_source,
        loaded_at,
        {{ side.in_raw }} as in_raw,
        {{ side.in_build }} as in_build

    from {{ ref(side.model) }}
    where
        {{ is_loaded_in_test_scope(side.loaded_at) }}
        and {{ side.counts }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

loads_that_differ as (

    select
        loads.event_source,
        loads.loaded_at

    from loads
    left join newest_rows
        on loads.event_source = newest_rows.event_source
    left join oldest_rows
        on loads.event_source = oldest_rows.event_source

    where
        loads.loaded_at is null
        or oldest_rows.oldest_loaded_at is null
        or loads.loaded_at >= oldest_rows.oldest_loaded_at

    group by loads.event_source, loads.loaded_at, newest_rows.newest_loaded_at

    having
        sum(loads.in_raw) < sum(loads.in_build)
        or (
            sum(loads.in_raw) > sum(loads.in_build)
            and loads.loaded_at < newest_rows.newest_loaded_at
        )

),

rows_of_those_moments as (
    {% for side in sides %}
    select
        events.site_id,
        events.event_id,
        events.visitor_id,
        events.event_name,
        events.event_at,
        events.loaded_at,
        {{ side.in_raw }} as in_raw,
        {{ side.in_build }} as in_build

    from {{ ref(side.model) }} as events
    inner join loads_that_differ
        on
            events.event_source = loads_that_differ.event_source
            and {{ is_not_distinct_from(
                'events.loaded_at', 'loads_that_differ.loaded_at'
            ) }}
    where
        {{ is_loaded_in_test_scope('events.' ~ side.loaded_at) }}
        and {{ side.counts }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    site_id,
    event_id,
    visitor_id,
    event_name,
    event_at,
    loaded_at,
    sum(in_raw) as raw_row_count,
    sum(in_build) as built_row_count

from rows_of_those_moments

group by site_id, event_id, visitor_id, event_name, event_at, loaded_at

having sum(in_raw) != sum(in_build)

-- Rows that the raw tables hold and the build does not, or the reverse, by what they
-- say of themselves. A row is missing when it came with an older loaded_at than another
-- of its source that was built before it: set loaded_at on arrival, and read such rows
-- once with dbt build --full-refresh. Rows that the next build finds by itself are not
-- missing: those as new as the newest that is built of their source, or newer, those of
-- a source that nothing is built of, and those without a loaded_at.
--
-- One late row must not keep the others from the marts, so it is looked for after them:
-- depends_on: {{ ref('fct_sessions') }}, {{ ref('fct_events') }}
-- depends_on: {{ ref('fct_event_exclusions') }}
{%- set sides = [
    {'model': 'int_events_unioned', 'in_raw': 1, 'in_build': 0},
    {'model': 'int_events_enriched', 'in_raw': 0, 'in_build': 1},
] %}
with

newest_rows as (

    select
        event_source,
        max(loaded_at) as newest_loaded_at

    from {{ ref('int_events_enriched') }}

    group by event_source

),

-- all rows are compared by two narrow columns, and only where they differ by the others
moments as (
    {% for side in sides %}
    select
        event_source,
        loaded_at,
        {{ side.in_raw }} as in_raw,
        {{ side.in_build }} as in_build

    from {{ ref(side.model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

moments_that_differ as (

    select
        moments.event_source,
        moments.loaded_at

    from moments
    left join newest_rows
        on moments.event_source = newest_rows.event_source

    group by moments.event_source, moments.loaded_at, newest_rows.newest_loaded_at

    having
        sum(moments.in_raw) < sum(moments.in_build)
        or (
            sum(moments.in_raw) > sum(moments.in_build)
            and moments.loaded_at < newest_rows.newest_loaded_at
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
    inner join moments_that_differ
        on
            events.event_source = moments_that_differ.event_source
            and {{ is_not_distinct_from(
                'events.loaded_at', 'moments_that_differ.loaded_at'
            ) }}
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

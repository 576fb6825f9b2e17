{%- set rules = session_rules_in_use() -%}
{%- set built_events = existing_relation('int_events_sessionized') -%}

with {{ 'recursive' if built_events }}

new_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        is_candidate
    {% if built_events %}
        and {{ is_new_to('int_events_sessionized') }}
    {% endif %}

)
{%- if built_events %},

neighbours as (

    {{ numbers_between(-2, 2, 'distance') | indent(4) }}

),

-- events closer than the timeout lie in the same bucket of that length or in adjacent
-- ones, and on the same day, the next, or the one after where a zone crossed the date line
surroundings as (

    select distinct
        new_events.visitor_key,
        {{ timeout_bucket(rules, 'new_events.event_at') }}
        + greatest(-1, least(1, neighbours.distance)) as bucket,
        {{ date_add('neighbours.distance', 'new_events.event_date') }} as event_date

    from new_events
    cross join neighbours

),

-- one key selects few rows of a long history, two keys the ones that matter
islands_touched as (

    select distinct
        island_key,
        island_first_day,
        island_last_day

    from {{ built_events }}

    where
        {{ in_subquery('visitor_key', 'surroundings') }}
        and {{ tuple_in(
            ['visitor_key', timeout_bucket(rules, 'event_at')],
            ['visitor_key', 'bucket'],
            'surroundings'
        ) }}
    {% if (timeout_limit(rules).seconds or 86400) < 86400 %}
        and event_date in (select event_date from surroundings)
    {% endif %}

),

days_of_islands {{ recursive_cte_columns(['event_date', 'island_last_day']) }} as (

    select distinct
        island_first_day as event_date,
        island_last_day

    from islands_touched

    union all

    select
        {{ date_add(1, 'event_date') }} as event_date,
        island_last_day

    from days_of_islands

    where event_date < island_last_day

),

events_of_islands_touched as (

    select
        visitor_key,
        event_key,
        event_at,
        loaded_date

    from {{ built_events }}

    where
        event_date in (select distinct event_date from days_of_islands)
        and {{ in_subquery('island_key', 'islands_touched') }}

),

-- a CTE of its own, so that an engine looks up the few events while it scans, and
-- compares batch numbers of these alone
known_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        is_candidate
        and {{ is_delivery_of('events_of_islands_touched', 'loaded_date') }}

)
{%- endif %}

select * from new_events
{%- if built_events %}

union all

select * from known_events
where batch_number <= {{ newest_batch_of('int_events_sessionized') }}
{%- endif %}

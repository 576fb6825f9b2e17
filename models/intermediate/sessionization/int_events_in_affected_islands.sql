{%- set rules = session_rules_in_use() -%}
{%- set built_events = existing_relation('int_events_sessionized') -%}
{%- set is_less_than_a_day = (
    rules.timeout_seconds is not none and timeout_limit(rules).seconds < 86400
) -%}

with {{ 'recursive' if built_events }}

{% if built_events %}
new_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        is_candidate
        and {{ is_new_to('int_events_sessionized') }}

),

neighbours as (

    select -2 as distance
    union all
    select -1 as distance
    union all
    select 0 as distance
    union all
    select 1 as distance
    union all
    select 2 as distance

),

{% if is_less_than_a_day %}
-- the next day, or the one after: a zone that crosses the date line skips a day
days_touched as (

    select distinct
        {{ date_add('neighbours.distance', 'new_events.event_date') }} as event_date

    from new_events
    cross join neighbours

),

{% endif %}
-- events closer than the timeout lie in the same bucket of that length or in adjacent
-- ones
buckets_touched as (

    select distinct
        new_events.visitor_key,
        {{ timeout_bucket(rules, 'new_events.event_at') }} + neighbours.distance
            as bucket

    from new_events
    cross join neighbours

    where neighbours.distance between -1 and 1

),

-- one key selects few rows of a long history, two keys the ones that matter
islands_touched as (

    select distinct
        island_key,
        island_first_day,
        island_last_day

    from {{ built_events }}

    where
        {{ in_subquery('visitor_key', 'buckets_touched') }}
        and {{ tuple_in(
            ['visitor_key', timeout_bucket(rules, 'event_at')],
            ['visitor_key', 'bucket'],
            'buckets_touched'
        ) }}
        {% if is_less_than_a_day %}
        and event_date in (select event_date from days_touched)
        {% endif %}

),

days_of_islands_touched {{ recursive_cte_columns([
    'event_date', 'island_last_day',
]) }} as (

    select distinct
        island_first_day as event_date,
        island_last_day

    from islands_touched

    union all

    select
        {{ date_add(1, 'event_date') }} as event_date,
        island_last_day

    from days_of_islands_touched

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
        event_date in (select distinct event_date from days_of_islands_touched)
        and {{ in_subquery('island_key', 'islands_touched') }}

),

-- a CTE of its own, so that an engine looks up the few events while it scans, and
-- compares batch numbers of these alone
known_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        is_candidate
        and {{ is_delivery_of('events_of_islands_touched', 'loaded_date') }}

),

events_gathered as (

    select * from new_events

    union all

    select * from known_events

    where batch_number <= {{ newest_batch_of('int_events_sessionized') }}

)
{% else %}
-- nothing is built yet
events_gathered as (

    select * from {{ ref('int_events_enriched') }}

    where is_candidate

)
{% endif %}

select * from events_gathered

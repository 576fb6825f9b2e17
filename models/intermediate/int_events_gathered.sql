{%- set rules = session_rules_in_use() -%}
{%- set built_events = built('int_events_sessionized') -%}
{%- set is_less_than_a_day = (
    rules.timeout_seconds is not none and timeout_limit(rules).seconds < 86400
) -%}

with {{ 'recursive' if built_events }}

{% if built_events %}
new_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        may_stay
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
-- the next day, or the one after: a zone that moves over the date line leaves one out
days_touched as (

    select distinct
        {{ day_after('neighbours.distance', 'new_events.local_day') }} as local_day

    from new_events
    cross join neighbours

),

{% endif %}
-- where an event might reach into an island: nearer than the timeout means in the same
-- stretch of that length or in the next one
stretches_touched as (

    select distinct
        new_events.visitor_key,
        {{ timeout_stretch(rules, 'new_events.event_at') }} + neighbours.distance
            as stretch

    from new_events
    cross join neighbours

    where neighbours.distance between -1 and 1

),

-- one key finds few rows of a long history, two keys tell which of them are meant
islands_touched as (

    select distinct
        island_key,
        island_first_day,
        island_last_day

    from {{ built_events }}

    where
        {{ is_one_of('visitor_key', 'stretches_touched') }}
        and {{ is_row_of(
            ['visitor_key', timeout_stretch(rules, 'event_at')],
            ['visitor_key', 'stretch'],
            'stretches_touched'
        ) }}
        {% if is_less_than_a_day %}
        and local_day in (select local_day from days_touched)
        {% endif %}

),

days_of_islands_touched {{ named_columns(['local_day', 'island_last_day']) }} as (

    select distinct
        island_first_day as local_day,
        island_last_day

    from islands_touched

    union all

    select
        {{ day_after(1, 'local_day') }} as local_day,
        island_last_day

    from days_of_islands_touched

    where local_day < island_last_day

),

events_of_islands_touched as (

    select
        visitor_key,
        event_key,
        event_at,
        loaded_day

    from {{ built_events }}

    where
        local_day in (select distinct local_day from days_of_islands_touched)
        and {{ is_one_of('island_key', 'islands_touched') }}

),

-- by themselves, so that an engine looks the few up while it reads, and asks these alone
-- when they arrived
known_events as (

    select * from {{ ref('int_events_enriched') }}

    where
        may_stay
        and {{ is_delivery_of('events_of_islands_touched', 'loaded_day') }}

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

    where may_stay

)
{% endif %}

select * from events_gathered

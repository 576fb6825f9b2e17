-- Rows as they were built that are no longer in the raw tables: raw.events only grows,
-- and a later build does not read a row again. every_raw_row_is_built_once counts the
-- rows of each loaded_at; a row that replaces another there, or is updated, shows only
-- here. After changing rows in place, type: dbt build --full-refresh
--
-- depends_on: {{ ref('fct_sessions') }}, {{ ref('fct_events') }}
-- depends_on: {{ ref('fct_event_exclusions') }}
{{ config(severity='warn', **message_of_law()) }}
{%- set columns = 'site_id, event_id, event_name, event_at, loaded_at, revenue' %}
with

-- what is older than the oldest raw row has been trimmed
oldest_rows as (

    select
        event_source,
        min(loaded_at) as oldest_loaded_at

    from {{ ref('stg_events') }}

    where {{ is_loaded_in_test_scope('loaded_at_given') }}

    group by event_source

),

built_rows as (

    select
        events.event_source,
        events.site_id,
        events.event_id,
        events.event_name_given as event_name,
        events.event_at,
        events.loaded_at,
        events.revenue

    from {{ ref('int_events_enriched') }} as events
    inner join oldest_rows
        on events.event_source = oldest_rows.event_source

    where
        {{ is_loaded_in_test_scope('events.loaded_at') }}
        and not {{ is_withdrawn('events.') }}
        and events.loaded_at >= oldest_rows.oldest_loaded_at

),

raw_rows as (

    select
        events.event_source,
        events.site_id,
        events.event_id,
        events.event_name,
        events.event_at,
        events.loaded_at,
        events.revenue

    from {{ ref('stg_events') }} as events

    where {{ is_loaded_in_test_scope('events.loaded_at_given') }}

)

select event_source, {{ columns }} from built_rows
{{ dbt.except() }}
select event_source, {{ columns }} from raw_rows

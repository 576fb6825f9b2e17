{{ config(**rebuilt_each_run()) }}
{%- set built_events = existing_relation('int_events_enriched') -%}
{%- set given_events = ref('stg_events') -%}

with

{% if built_events and (sources_that_compare_loads() or not execute) -%}
given_loads as (

    select distinct
        event_source,
        loaded_at_given as loaded_at,
        load_checksum

    from {{ given_events }}

    where
        {{ is_of_compared_loads() }}
        and {{ is_dated() }}

),

built_loads as (

    select distinct
        event_source,
        loaded_at,
        load_checksum

    from {{ built_events }}

    where
        load_checksum is not null
        and {{ has_current_entry('int_events_enriched') }}

),

oldest_loads as (

    select
        event_source,
        min(loaded_at) as oldest_loaded_at

    from given_loads

    group by event_source

),

loads_to_read as (

    select
        given_loads.event_source,
        given_loads.loaded_at,
        false as is_gone

    from given_loads
    left join built_loads
        on
            given_loads.event_source = built_loads.event_source
            and given_loads.loaded_at = built_loads.loaded_at
            and given_loads.load_checksum = built_loads.load_checksum

    where built_loads.event_source is null

),

-- loads older than the oldest one in the source were trimmed: their rows stay built
loads_gone as (

    select
        built_loads.event_source,
        built_loads.loaded_at,
        true as is_gone

    from built_loads
    inner join oldest_loads
        on built_loads.event_source = oldest_loads.event_source
    left join given_loads
        on
            built_loads.event_source = given_loads.event_source
            and built_loads.loaded_at = given_loads.loaded_at

    where
        given_loads.event_source is null
        and built_loads.loaded_at > oldest_loads.oldest_loaded_at

),

changed_loads as (

    select * from loads_to_read
    union all
    select * from loads_gone

)
{%- else -%}
-- no source compares its loads, or all rows are read anyway
changed_loads as (

    select
        event_source,
        loaded_at_given as loaded_at,
        false as is_gone

    from {{ given_events }}

    where false

)
{%- endif %}

select * from changed_loads

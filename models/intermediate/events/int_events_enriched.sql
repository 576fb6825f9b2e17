{{ config(partition_and_cluster_by('loaded_date', keys=[
    'event_key', 'loaded_at', 'batch_number', ['event_date', 'exclusion_reason'],
])) }}
{%- set compares_loads = is_incremental() and (
    sources_that_compare_loads() or not execute
) -%}
{%- set replaced = {
    'exclusion_reason': "'withdrawn'",
    'load_checksum': 'cast(null as ' ~ type_text() ~ ')',
    'batch_number': next_batch(),
} %}

with

events as (

    select
        *,
        {{ next_batch() }} as batch_number

    from {{ ref('int_events_resolved') }}

)
{%- if compares_loads %},

loads_read_again as (

    select
        event_source,
        loaded_at

    from {{ ref('int_events_this_run') }}

    where load_checksum is not null

    union distinct

    select
        event_source,
        loaded_at

    from {{ ref('int_changed_loads') }}

    where is_gone

),

events_read_again as (

    select
        events.*,
        row_number() over (
            partition by
                events.event_source, events.loaded_at, events.event_key,
                events.event_date
            order by events.event_key
        ) as row_of_day

    from {{ this }} as events
    inner join loads_read_again
        on
            events.event_source = loads_read_again.event_source
            and events.loaded_at = loads_read_again.loaded_at

    where {{ has_current_entry('int_events_enriched') }}

),

-- rows that tables downstream may have and have to lose. An event with another visitor,
-- user, name or time is another delivery, and so is one that is excluded now. Of other
-- rows the day is counted again, for which one will do
events_withdrawn as (

    select before.*

    from events_read_again as before
    left join events
        on
            before.event_key = events.event_key
            and before.visitor_key = events.visitor_key
            and before.event_name = events.event_name
            and before.event_at = events.event_at
            and before.event_source = events.event_source
            and before.loaded_at = events.loaded_at
            and before.is_candidate = events.is_candidate
            and {{ is_not_distinct_from('before.user_id', 'events.user_id') }}

    where
        events.event_key is null
        and (
            before.is_candidate
            or (before.visitor_id is null and before.event_key is not null)
            or before.row_of_day = 1
        )

)

{%- set columns = columns_found(this) %}

select {{ columns | join(', ') }} from events
union all
select
    {%- for column in columns %}
    {{ replaced.get(column, column) }} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from events_withdrawn
{%- else %}

select * from events
{%- endif %}

{{ config(**rebuilt_each_run()) }}
{%- set tables = tables_of_run() %}

with

-- what each table was before this run; a discarded one has no batch
entries_before as (

    select
        relation_name,
        batch_number,
        row_number() over (
            partition by relation_name order by entry_number desc
        ) as place

    from {{ ref('int_builds') }}

    where
        coalesce(invocation_id, '') != '{{ invocation_id }}'
        and relation_name in (
            ''
            {%- for name in tables %}, '{{ relation_name_of(name) }}'{% endfor %}
        )

),

-- all batches are new to a table that was not there, or is built from scratch
batches_before as (

    select
        case
            when count(*) < {{ tables | length }} then 0
            when {{ is_any_full_refresh(tables) }} then 0
            else min(coalesce(batch_number, 0))
        end as newest_batch_number

    from entries_before

    where place = 1

),

newest_rows as (

    select max(loaded_date) as newest_loaded_date

    from {{ ref('int_events_enriched') }}

),

days as (

    select event_date as tested_date
    from {{ ref('int_events_sessionized') }}
    where {{ is_greater(
        'island_batch_number', '(select newest_batch_number from batches_before)'
    ) }}

    union distinct

    select event_date as tested_date
    from {{ ref('int_events_enriched') }}
    where {{ is_greater(
        'batch_number', '(select newest_batch_number from batches_before)'
    ) }}

    union distinct

    -- and the last days, for data tests without a build and for failures that last
    select event_date as tested_date
    from {{ ref('int_events_enriched') }}
    where
        event_date
        >= (select {{ date_add(-3, 'newest_loaded_date') }} from newest_rows)

)

select tested_date from days

where tested_date is not null

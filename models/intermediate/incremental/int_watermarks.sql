{{ config(partitioned_by('event_source')) }}

-- int_events_enriched inserts here, in the transaction that writes it
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false

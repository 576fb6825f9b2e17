{{ config(partitioned_by('event_source')) }}

-- int_events_enriched adds its rows here, in the transaction that writes it
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false

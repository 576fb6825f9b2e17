{{ config(partitioned_by('event_source')) }}

-- the end of each run inserts here what int_build_log_pending has
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false

{{ config(partitioned_by('model_name')) }}

-- the other incremental models insert here, each in its own transaction
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false

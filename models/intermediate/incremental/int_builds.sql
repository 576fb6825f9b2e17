{{ config(partitioned_by('model_name')) }}

-- the other incremental models add their rows here, each in its own transaction
select
    {{ nulls_of_contract() | join(',\n    ') }}

where false

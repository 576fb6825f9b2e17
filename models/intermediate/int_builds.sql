{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    **written_apart_by('model_name')
) }}

-- the other incremental models add their rows here, each in its own transaction
select
    cast(null as {{ type_text() }}) as relation_name,
    cast(null as {{ dbt.type_bigint() }}) as entry_number,
    cast(null as {{ type_text() }}) as model_name,
    cast(null as {{ type_text() }}) as built_with,
    cast(null as {{ dbt.type_bigint() }}) as batch_number,
    cast(null as {{ type_text() }}) as table_identity,
    cast(null as {{ type_text() }}) as invocation_id

where false

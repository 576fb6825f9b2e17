{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    **written_apart_by('event_source')
) }}

-- int_events_enriched adds its rows here, in the transaction that writes it
select
    cast(null as {{ type_text() }}) as relation_name,
    cast(null as {{ type_text() }}) as invocation_id,
    cast(null as {{ type_text() }}) as event_source,
    cast(null as {{ type_moment() }}) as newest_loaded_at,
    cast(null as {{ dbt.type_bigint() }}) as newest_row_count,
    cast(null as {{ dbt.type_bigint() }}) as undated_row_count

where false

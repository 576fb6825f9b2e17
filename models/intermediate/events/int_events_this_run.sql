{%- set new_events, all_events = ref('int_events_new'), ref('stg_events') -%}

-- int_events_new holds what int_events_enriched lacks, if that table is built
select * from {{ new_events
    if keeps_all_new_events() or is_built('int_events_enriched') else all_events }}

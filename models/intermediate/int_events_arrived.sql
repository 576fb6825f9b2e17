{%- set reads_new_events = built('int_events_enriched') or keeps_all_new_events() -%}

with

{% if reads_new_events %}
-- int_events_new holds what int_events_enriched lacks; a run that makes that table from
-- nothing, and this view not, reads everything
events_arrived as (

    select * from {{ ref('int_events_new') }}

    where {{ keeps_all_new_events() or is_remembered('int_events_enriched') }}

    union all

    select * from {{ ref('int_events_combined') }}

    where not {{ keeps_all_new_events() or is_remembered('int_events_enriched') }}

)
{% else %}
events_arrived as (

    select * from {{ ref('int_events_combined') }}

)
{% endif %}

select * from events_arrived

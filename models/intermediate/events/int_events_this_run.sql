with

{% if keeps_all_new_events() %}
events_arrived as (

    select * from {{ ref('int_events_new') }}

)
{% elif existing_relation('int_events_enriched') %}
-- int_events_new holds what int_events_enriched lacks; a full refresh of that table
-- alone reads everything
events_arrived as (

    select * from {{ ref('int_events_new') }}

    where {{ has_watermark('int_events_enriched') }}

    union all

    select * from {{ ref('int_events_unioned') }}

    where not {{ has_watermark('int_events_enriched') }}

)
{% else %}
events_arrived as (

    select * from {{ ref('int_events_unioned') }}

)
{% endif %}

select * from events_arrived

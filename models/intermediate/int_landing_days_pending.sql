{{ config(**looked_up_often()) }}

with

days_pending as (

    {{ days_of_pending_islands('agg_landing_pages_daily') | indent(4) }}
    {% if built('agg_landing_pages_daily') %}
    union all

    {{ days_paid_otherwise('agg_landing_pages_daily') | indent(4) }}
    {% endif %}
)

select distinct session_date from days_pending

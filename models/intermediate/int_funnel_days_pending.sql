{{ config(**looked_up_often()) }}

with

days_pending as (

    {{ days_of_pending_islands('agg_funnel_daily') | indent(4) }}

)

select distinct session_date from days_pending

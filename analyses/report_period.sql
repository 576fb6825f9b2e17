-- The sites of the report, their first and last day, and the reporting currency.
with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

periods as (

    select
        site_id,
        min(session_date) as first_date,
        max(session_date) as last_date,
        min(rule_set) as rule_set,
        {{ quote_literal(setting('reporting_currency')) }} as currency

    from sessions

    group by site_id

)

select * from periods
order by site_id

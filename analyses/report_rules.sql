-- The same events under the rules of several platforms: a table that
-- scripts/compare_rules creates in the schema of fct_sessions; it is not a model.
{%- set comparison = ref('fct_sessions').incorporate(
    path={'identifier': 'session_rules_comparison'}
) %}

with

comparison as (

    select * from {{ comparison }}

    where session_date >= {{ report_from() }}

),

presets as (

    select
        preset,
        sum(sessions) as session_count,
        sum(sessions * bounce_share) / sum(sessions) as bounce_share,
        sum(sessions * mean_duration_seconds) / sum(sessions) as mean_duration_seconds,
        sum(sessions * orders_per_session) / sum(sessions) as orders_per_session

    from comparison

    group by preset

)

select * from presets
order by session_count desc, preset asc

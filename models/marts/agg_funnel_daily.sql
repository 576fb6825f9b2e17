{{ config(partition_and_cluster_by('session_date')) }}
{%- set grain = grain_of('agg_funnel_daily') %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds']) %}

with

sessions as (

    select * from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where {{ is_on_affected_day('agg_funnel_daily') }}
    {% endif %}

),

steps as (
    {% for step in funnel_steps() %}
    select
        {{ quote_literal(step) }} as funnel_step,
        {{ loop.index }} as step_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- a session that reached no step of the funnel has landed
sessions_by_furthest_step as (

    select
        {{ grain | join(',\n        ') }},
        case
            when furthest_funnel_step = 'none' then 'landing'
            else furthest_funnel_step
        end as furthest_step,
        count(*) as session_count

    from sessions

    group by
        {{ (grain + ['furthest_funnel_step']) | join(',\n        ') }}

),

sessions_by_step as (

    select
        sessions.{{ grain | join(',\n        sessions.') }},
        steps.funnel_step,
        cast(steps.step_number as bigint) as step_number,
        cast(
            sum(
                case
                    when furthest_steps.step_number >= steps.step_number
                        then sessions.session_count
                    else 0
                end
            ) as bigint
        ) as reached_count,
        cast(
            sum(
                case
                    when
                        sessions.furthest_step = steps.funnel_step
                        and steps.funnel_step != 'purchase'
                        then sessions.session_count
                    else 0
                end
            ) as bigint
        ) as dropped_count

    from sessions_by_furthest_step as sessions
    inner join steps as furthest_steps
        on sessions.furthest_step = furthest_steps.funnel_step
    cross join steps

    group by
        sessions.{{ grain | join(',\n        sessions.') }},
        steps.funnel_step,
        steps.step_number

)

select * from sessions_by_step

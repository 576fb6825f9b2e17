-- Steps of a day's funnel reached by more or fewer sessions than the previous step
-- reached and did not drop, and days whose landings are not all their sessions. Where
-- rows were changed by hand or restored in part, type: dbt build --full-refresh. If it
-- fails again, a model is wrong.
{{ config(**message_of_law()) }}
with

funnel as (

    select * from {{ ref('agg_funnel_daily') }}

    where {{ is_in_test_scope('session_date') }}

),

steps as (

    select
        *,
        lag(reached_count - dropped_count) over (
            partition by site_id, session_date, channel, device_category
            order by step_number
        ) as let_through_count

    from funnel

),

sessions as (

    select
        site_id,
        session_date,
        count(*) as session_count

    from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

    group by site_id, session_date

),

landings as (

    select
        site_id,
        session_date,
        sum(reached_count) as session_count

    from funnel

    where funnel_step = 'landing'

    group by site_id, session_date

)

select
    site_id,
    session_date,
    funnel_step,
    reached_count as found,
    let_through_count as expected

from steps

where reached_count != let_through_count

union all

select
    coalesce(sessions.site_id, landings.site_id) as site_id,
    coalesce(sessions.session_date, landings.session_date) as session_date,
    'landing' as funnel_step,
    landings.session_count as found,
    sessions.session_count as expected

from sessions
full join landings
    on
        sessions.site_id = landings.site_id
        and sessions.session_date = landings.session_date

where coalesce(sessions.session_count, 0) != coalesce(landings.session_count, 0)

-- Sessions per local day and start reason, for every site.
with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

sessions_by_day as (

    select
        site_id,
        session_date,
        count(*) as session_count,
        count(distinct visitor_id) as visitor_count,
        count(case when start_reason = 'first_event' then 1 end) as first_event_count,
        count(case when start_reason = 'timeout' then 1 end) as timeout_count,
        count(case when start_reason = 'left' then 1 end) as left_count,
        count(case when start_reason = 'midnight' then 1 end) as midnight_count,
        count(case when start_reason = 'source_change' then 1 end)
            as source_change_count

    from sessions

    group by site_id, session_date

)

select * from sessions_by_day
order by site_id, session_date

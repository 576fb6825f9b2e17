-- Raw rows excluded from sessions, by reason, including those without a day.
with

exclusions as (

    select * from {{ ref('fct_event_exclusions') }}

    where
        event_date >= {{ report_from() }}
        or event_date is null

),

reasons as (

    select
        reason,
        sum(event_count) as event_count

    from exclusions

    group by reason

)

select * from reasons
order by event_count desc, reason asc

-- Rows of the seed own_holidays whose day is not written as YYYY-MM-DD, or that have no
-- name: dim_dates lacks them. Correct seeds/own_holidays.csv, and type dbt build.
{{ config(**message_of_law()) }}
select
    holidays.holiday_date,
    holidays.name

from {{ ref('own_holidays') }} as holidays
left join {{ ref('dim_dates') }} as dates
    on holidays.holiday_date = cast(dates.calendar_date as {{ type_text() }})

where
    dates.calendar_date is null
    or holidays.name is null

-- Rows of the seed own_holidays whose day is not written as YYYY-MM-DD, or that have no
-- name: dim_dates lacks them.
select
    holiday_date,
    name

from {{ ref('own_holidays') }}

where
    holiday_date is null
    or name is null
    or {{ cast_or_null('holiday_date', 'date') }} is null

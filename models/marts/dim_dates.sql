with

digits as (
    {% for digit in range(10) %}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

day_numbers as (

    select
        ones.digit
        + tens.digit * 10
        + hundreds.digit * 100
        + thousands.digit * 1000
        + ten_thousands.digit * 10000 as day_number

    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands

    where ten_thousands.digit < 3

),

-- the last of them is 2037-12-31, and 1970-01-01 is a Thursday
days as (

    select
        {{ date_add('day_number', "cast('1970-01-01' as date)") }} as calendar_date,
        day_number,
        mod(day_number + 3, 7) + 1 as iso_weekday

    from day_numbers

    where day_number < 24837

),

days_with_weeks as (

    select
        calendar_date,
        iso_weekday,
        {{ date_add('1 - iso_weekday', 'calendar_date') }} as week_start_date,
        {{ date_add('4 - iso_weekday', 'calendar_date') }} as thursday_date

    from days

),

-- of two names for one day, the smallest as text
holidays as (

    select
        holiday_date,
        min({{ collate_binary('name') }}) as holiday_name

    from {{ ref('own_holidays') }}

    where name is not null

    group by holiday_date

),

days_with_parts as (

    select
        calendar_date,
        extract(year from calendar_date) as calendar_year,
        extract(quarter from calendar_date) as calendar_quarter,
        extract(month from calendar_date) as calendar_month,
        -- a week is of the year that has its Thursday
        extract(year from thursday_date) as iso_year,
        dense_rank() over (
            partition by extract(year from thursday_date) order by week_start_date
        ) as iso_week,
        week_start_date,
        iso_weekday

    from days_with_weeks

)

select
    calendar.calendar_date,
    cast(calendar.calendar_year as {{ dbt.type_bigint() }}) as calendar_year,
    cast(calendar.calendar_quarter as {{ dbt.type_bigint() }}) as calendar_quarter,
    cast(calendar.calendar_month as {{ dbt.type_bigint() }}) as calendar_month,
    cast(calendar.iso_year as {{ dbt.type_bigint() }}) as iso_year,
    cast(calendar.iso_week as {{ dbt.type_bigint() }}) as iso_week,
    calendar.week_start_date,
    cast(calendar.iso_weekday as {{ dbt.type_bigint() }}) as iso_weekday,
    calendar.iso_weekday >= 6 as is_weekend,
    holidays.holiday_date is not null as is_holiday,
    cast(holidays.holiday_name as {{ type_text() }}) as holiday_name

from days_with_parts as calendar
-- as text, because a cast would stop at a holiday that is no day
left join holidays
    on cast(calendar.calendar_date as {{ type_text() }}) = holidays.holiday_date

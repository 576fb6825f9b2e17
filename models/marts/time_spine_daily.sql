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

-- the last of them is 2037-12-31
days as (

    select {{ date_add('day_number', "cast('1970-01-01' as date)") }} as calendar_day

    from day_numbers

    where day_number < 24837

)

select * from days

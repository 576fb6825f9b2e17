-- Sources with times that lie in 1970, or are missing, in more than one of a hundred
-- rows: a number of seconds, milliseconds, microseconds or nanoseconds was read as
-- another of these. Correct the conversion where the source is loaded or staged.
{{ config(severity='warn', **message_of_law()) }}
{%- set columns = ['event_at', 'loaded_at'] %}
with

rows_by_fault as (

    select
        event_source,
        {%- for column in columns %}
        {{ fault_of_time(column) }} as {{ column }}_fault,
        {%- endfor %}
        count(*) as row_count

    from {{ ref('int_events_enriched') }}

    -- a row without either time has no day: those of the newest batch are looked at
    where
        ({{ is_in_test_scope('event_date') }} and not {{ is_withdrawn() }})
        or (
            event_date is null
            and not {{ is_withdrawn() }}
            and batch_number = (
                select max(newest.batch_number)
                from {{ ref('int_events_enriched') }} as newest
            )
        )

    group by
        {%- for column in columns %}
        {{ fault_of_time(column) }},
        {%- endfor %}
        event_source

),

faults as (
    {% for column in columns %}
    select
        event_source,
        '{{ column }}' as column_name,
        {{ column }}_fault as fault,
        row_count
    from rows_by_fault
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (

    select
        event_source,
        sum(row_count) as row_count

    from rows_by_fault

    group by event_source

),

faults_by_column as (

    select
        faults.event_source,
        faults.column_name,
        faults.fault,
        totals.row_count,
        sum(faults.row_count) as found_count

    from faults
    inner join totals
        on faults.event_source = totals.event_source

    where faults.fault is not null

    group by
        faults.event_source, faults.column_name, faults.fault, totals.row_count

)

select
    *,
    case fault
        when 'a thousandth'
            then
                'multiply by 1000: milliseconds were read as microseconds, '
                || 'or seconds as milliseconds'
        when 'a millionth'
            then 'multiply by 1000000: seconds were read as microseconds'
        when 'a billionth'
            then 'multiply by 1000000000: seconds were read as nanoseconds'
        when 'missing'
            then
                'fill it, or divide by 1000: milliseconds that are read as '
                || 'seconds lie beyond the year 9999'
        else 'make it null where it is 0: it lies before 1971'
    end as what_to_do

from faults_by_column

where {{ is_more_than_usual('found_count', 'row_count', 1) }}

-- Event names, and columns that had values, on twenty or more events on each of the
-- seven days before a source's newest full day at a site, and on none of that day: a
-- tracker that was changed, a consent banner, a loader that lost a column; or a
-- campaign that is over. The day has to have half of the usual events, and so many that
-- twenty of the kind were to be expected. It is looked at whatever test_scope is. Ask
-- what has changed in the tracker or the loader on that day.
{{ config(severity='warn', **message_of_law()) }}
{%- set columns = event_columns() | map(attribute='name') | reject('in', [
    'event_id', 'site_id', 'event_name', 'event_at', 'loaded_at', 'event_source'
]) | list %}
with

days as (

    select
        event_source,
        site_id,
        event_date,
        event_name,
        max(loaded_at) as newest_loaded_at,
        {%- for column in columns %}
        count({{ column }}) as {{ column }}_count,
        {%- endfor %}
        count(*) as event_count

    from {{ ref('int_events_enriched') }}

    where
        event_date >= (
            select {{ date_add(-12, 'max(newest.loaded_date)') }}
            from {{ ref('int_events_enriched') }} as newest
        )
        and coalesce(exclusion_reason, 'invalid') = 'invalid'

    group by event_source, site_id, event_date, event_name

),

column_names as (

    select 'event_name' as column_name
    {%- for column in columns %}
    union all
    select '{{ column }}' as column_name
    {%- endfor %}

),

-- a row per day and name, and a row per day and column
values_by_day as (

    select
        days.event_source,
        days.site_id,
        days.event_date,
        column_names.column_name,
        case when column_names.column_name = 'event_name' then days.event_name end
            as event_name,
        max(days.newest_loaded_at) as newest_loaded_at,
        sum(
            case column_names.column_name
                {%- for column in columns %}
                when '{{ column }}' then days.{{ column }}_count
                {%- endfor %}
                else days.event_count
            end
        ) as value_count

    from days
    cross join column_names

    group by
        days.event_source, days.site_id, days.event_date, column_names.column_name,
        case when column_names.column_name = 'event_name' then days.event_name end

),

values_with_load as (

    select
        *,
        max(newest_loaded_at) over (partition by event_source) as source_loaded_at

    from values_by_day

),

-- the day on which a source was last loaded is not over
days_that_are_over as (

    select values_with_load.*

    from values_with_load
    left join {{ ref('stg_seeds__sites') }} as sites
        on values_with_load.site_id = sites.site_id

    where
        values_with_load.event_date < cast(
            {{ convert_timezone(
                'values_with_load.source_loaded_at', site_time_zone('sites')
            ) }} as date
        )

),

values_with_newest_day as (

    select
        *,
        max(event_date) over (partition by event_source, site_id) as newest_date

    from days_that_are_over

),

totals as (

    select
        event_source,
        site_id,
        sum(case when event_date = newest_date then value_count else 0 end)
            as newest_count,
        sum(
            case
                when
                    event_date < newest_date
                    and event_date >= {{ date_add(-7, 'newest_date') }}
                    then value_count
                else 0
            end
        ) as week_count

    from values_with_newest_day

    where column_name = 'event_name'

    group by event_source, site_id

),

weeks as (

    select
        event_source,
        site_id,
        newest_date,
        column_name,
        event_name,
        sum(case when event_date = newest_date then value_count else 0 end)
            as newest_count,
        sum(value_count) as week_count,
        count(case when value_count >= 20 then 1 end) as day_count

    from values_with_newest_day

    where event_date >= {{ date_add(-7, 'newest_date') }}

    group by event_source, site_id, newest_date, column_name, event_name

)

select
    weeks.event_source,
    weeks.site_id,
    weeks.column_name,
    weeks.event_name,
    weeks.newest_date as missing_on,
    totals.newest_count as row_count,
    weeks.week_count as count_of_week_before,
    'ask what has changed in the tracker or the loader on that day' as what_to_do

from weeks
inner join totals
    on
        weeks.event_source = totals.event_source
        and weeks.site_id = totals.site_id

where
    weeks.newest_count = 0
    and weeks.day_count = 7
    and 14 * totals.newest_count >= totals.week_count
    and weeks.week_count * totals.newest_count >= 20 * totals.week_count

with

sites as (

    select * from {{ ref('stg_seeds__sites') }}

),

zone_hours as (

    select distinct
        {{ site_time_zone('sites') }} as time_zone,
        {{ dbt.date_trunc('hour', 'coalesce(events.event_at, events.loaded_at)') }}
            as hour_at

    from {{ ref('int_events_this_run') }} as events
    left join sites
        on events.site_id = sites.site_id

),

zone_hours_with_offsets as (

    select
        time_zone,
        hour_at,
        {{ utc_offset_seconds('hour_at', 'time_zone') }} as first_offset_seconds,
        {{ utc_offset_seconds(timestamp_add('second', 3599, 'hour_at'), 'time_zone') }}
            as last_offset_seconds

    from zone_hours

    where hour_at is not null

)

select * from zone_hours_with_offsets

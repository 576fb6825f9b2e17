with

sites as (

    select * from {{ ref('stg_seeds__sites') }}

),

minutes as (

    select distinct
        {{ site_time_zone('sites') }} as time_zone,
        {{ dbt.date_trunc('minute', 'coalesce(events.event_at, events.loaded_at)') }}
            as minute_at

    from {{ ref('int_events_this_run') }} as events
    left join sites
        on events.site_id = sites.site_id

),

minutes_with_offsets as (

    select
        time_zone,
        minute_at,
        {{ utc_offset_seconds('minute_at', 'time_zone') }} as first_offset_seconds,
        {{ utc_offset_seconds(timestamp_add('second', 59, 'minute_at'), 'time_zone') }}
            as last_offset_seconds

    from minutes

    where minute_at is not null

)

select * from minutes_with_offsets

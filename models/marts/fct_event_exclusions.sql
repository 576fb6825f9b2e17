{{ config(laid_out_by('local_day')) }}

with

events_excluded as (

    select
        site_id,
        local_day,
        exclusion_reason as reason

    from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is not null
    {% if is_incremental() %}
        and {{ is_one_of('local_day', ref('int_days_pending')) }}
    {% endif %}

),

{% if is_incremental() %}
-- rows without any moment
events_excluded_on_no_day as (

    select
        site_id,
        local_day,
        exclusion_reason as reason

    from {{ ref('int_events_enriched') }}

    where
        local_day is null
        and exists (select 1 from {{ ref('int_days_pending') }} where local_day is null)

),

{% endif %}
events_without_session as (

    select
        events.site_id,
        events.local_day,
        sessionized.exclusion_reason as reason

    from {{ ref('int_events_enriched') }} as events
    inner join {{ ref('int_events_sessionized') }} as sessionized
        on events.event_key = sessionized.event_key

    where
        sessionized.exclusion_reason = 'no_session'
        and events.exclusion_reason is null
    {% if is_incremental() %}
        and events.local_day in (select local_day from {{ ref('int_days_pending') }})
        and sessionized.local_day in (select local_day from {{ ref('int_days_pending') }})
    {% endif %}

),

excluded_rows as (

    select * from events_excluded
    {% if is_incremental() %}
    union all
    select * from events_excluded_on_no_day
    {% endif %}
    union all
    select * from events_without_session

),

exclusions_counted as (

    select
        site_id,
        local_day,
        reason,
        cast(count(*) as bigint) as event_count

    from excluded_rows

    group by site_id, local_day, reason

)

select * from exclusions_counted

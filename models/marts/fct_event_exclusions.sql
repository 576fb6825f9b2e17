{{ config(partition_and_cluster_by('event_date')) }}

with

{% if is_incremental() -%}
affected_days as (

    {{ affected_event_days('fct_event_exclusions') | indent(4) }}

),

{% endif -%}
events_excluded as (

    select
        site_id,
        event_date,
        exclusion_reason as reason,
        event_name,
        bot_name,
        bot_kind

    from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is not null
        and not {{ is_withdrawn() }}
    {% if is_incremental() %}
        and {{ in_subquery('event_date', 'affected_days') }}
    {% endif %}

),

{% if is_incremental() %}
-- rows without any timestamp
events_excluded_on_no_day as (

    select
        site_id,
        event_date,
        exclusion_reason as reason,
        event_name,
        bot_name,
        bot_kind

    from {{ ref('int_events_enriched') }}

    where
        event_date is null
        and not {{ is_withdrawn() }}
        and exists (select 1 from affected_days where event_date is null)

),

{% endif %}
events_without_session as (

    select
        events.site_id,
        events.event_date,
        sessionized.exclusion_reason as reason,
        events.event_name,
        events.bot_name,
        events.bot_kind

    from {{ ref('int_events_enriched') }} as events
    inner join {{ ref('int_events_sessionized') }} as sessionized
        on events.event_key = sessionized.event_key

    where
        sessionized.exclusion_reason = 'no_session'
        and events.exclusion_reason is null
    {% if is_incremental() %}
        and events.event_date in (select event_date from affected_days)
        and sessionized.event_date in (select event_date from affected_days)
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
        event_date,
        reason,
        event_name,
        bot_name,
        bot_kind,
        cast(count(*) as bigint) as event_count

    from excluded_rows

    group by site_id, event_date, reason, event_name, bot_name, bot_kind

)

select * from exclusions_counted

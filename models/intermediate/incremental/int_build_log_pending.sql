{%- set reasons = exclusion_reasons() -%}
{%- set before = 'over (partition by relation_name order by entry_number)' -%}
{%- set is_counted = 'sources.event_source is null' if counts_replaced_sessions()
    else 'false' -%}
{%- set batch_logged = newest_batch_logged('int_events_enriched', 'entries_pending') -%}
{%- set island_batch_logged = newest_batch_logged(
    'int_events_sessionized', 'entries_pending'
) %}

with

-- a missing number belongs to an entry without a batch, which discards the one before
entries as (

    select
        *,
        coalesce(lag(batch_number) {{ before }}, 0) as previous_batch_number,
        entry_number != 1 + coalesce(lag(entry_number) {{ before }}, 0)
            as follows_a_discarded_one

    from {{ ref('int_builds') }}

    where batch_number is not null

),

entries_pending as (

    select * from entries

    where invocation_id not in (
        select builds.invocation_id from {{ ref('agg_build_log') }} as builds
    )

),

events_without_session as (

    select * from {{ ref('int_events_sessionized') }}

    where
        exclusion_reason = 'no_session'
        and {{ is_greater('island_batch_number', batch_logged) }}

),

events_judged as (

    select
        events.event_source,
        case
            when
                events.exclusion_reason is null
                and events_without_session.event_key is null
                then events.event_at
        end as kept_at,
        coalesce(events.exclusion_reason, events_without_session.exclusion_reason)
            as exclusion_reason

    from {{ ref('int_events_enriched') }} as events
    left join events_without_session
        on events.event_key = events_without_session.event_key

    where
        {{ is_greater('events.batch_number', batch_logged) }}
        and not {{ is_withdrawn('events.') }}

),

-- the first rows of a log, and those of a build that reads everything, are not late
newest_events_before as (

    select
        event_source,
        max(newest_event_at) as newest_event_at

    from {{ ref('agg_build_log') }}

    where {{ batch_logged }} > 0

    group by event_source

),

rows_by_source as (

    select
        events.event_source,
        count(*) as read_count,
        count(*) - count(events.exclusion_reason) as kept_count,
        count(events.exclusion_reason) as excluded_count,
        {%- for reason in reasons %}
        count(case when events.exclusion_reason = '{{ reason }}' then 1 end)
            as {{ reason }}_count,
        {%- endfor %}
        min(
            case
                when events.kept_at < newest_before.newest_event_at then events.kept_at
            end
        ) as oldest_late_event_at,
        max(events.kept_at) as newest_event_at

    from events_judged as events
    left join newest_events_before as newest_before
        on events.event_source = newest_before.event_source

    group by events.event_source

),

islands as (

    select count(distinct island_key) as island_count

    from {{ ref('int_events_sessionized') }}

    where {{ is_greater('island_batch_number', island_batch_logged) }}

),

sessions as (

    select
        coalesce(
            max(case when session_removed_count is null then 1 else 0 end) = 1, false
        ) as is_full_refresh,
        coalesce(sum(session_added_count), 0) as session_added_count,
        coalesce(sum(session_changed_count), 0) as session_changed_count,
        coalesce(sum(session_removed_count), 0) as session_removed_count

    from entries_pending

    where
        {{ is_entry_of('fct_sessions') }}
        and session_added_count is not null

),

-- sources without new rows too; a null for what belongs to no source
sources as (

    select event_source
    from ({{ watermarks_of('int_events_enriched') | indent(4) }}) as watermarks
    union all
    select cast(null as {{ type_text() }}) as event_source

)

select
    sources.event_source,
    case when {{ is_counted }} then sessions.is_full_refresh end as is_full_refresh,
    {%- for name in ['read', 'kept', 'excluded'] + reasons %}
    case
        when sources.event_source is not null
            then coalesce(counted.{{ name }}_count, 0)
    end as {{ name }}_count,
    {%- endfor %}
    counted.oldest_late_event_at,
    counted.newest_event_at,
    case when {{ is_counted }} then sessions.session_added_count end
        as session_added_count,
    {%- for name in ['session_changed_count', 'session_removed_count'] %}
    case
        when {{ is_counted }} and not sessions.is_full_refresh
            then sessions.{{ name }}
    end as {{ name }},
    {%- endfor %}
    case when sources.event_source is null then islands.island_count end
        as island_count

from sources
cross join islands
cross join sessions
left join rows_by_source as counted
    on sources.event_source = counted.event_source

-- One visitor's events in order, each with its local time at the site, the silence
-- before it, its traffic source, and why it starts a session or belongs to none:
--   dbt show --select explain_one_visitor --limit 99 --vars '{explained_visitor: ...}'
with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

{% if setting('explained_visitor') is none -%}
-- without explained_visitor: the one with the most start reasons, then the most events
visitors as (

    select
        site_id,
        visitor_id,
        row_number() over (
            order by
                count(distinct start_reason) desc, sum(event_count) desc,
                site_id asc, visitor_id asc
        ) as visitor_number

    from sessions

    group by site_id, visitor_id

),

visitor as (

    select
        site_id,
        visitor_id

    from visitors

    where visitor_number = 1

),
{%- else -%}
visitor as (

    select distinct
        site_id,
        visitor_id

    from {{ ref('int_events_enriched') }}

    where visitor_id = {{ quote_literal(setting('explained_visitor') | string) }}

),
{%- endif %}

events as (

    select events.*

    from {{ ref('int_events_enriched') }} as events
    inner join visitor
        on
            events.site_id = visitor.site_id
            and events.visitor_id = visitor.visitor_id

),

events_in_sessions as (

    select
        events.event_at_local,
        {{ seconds_between(
            'lag(events.event_at) over (
                partition by events.site_id
                order by
                    events.event_at, coalesce(events.event_sequence, 0), '
            ~ collate_binary('events.event_id') ~ '
            )', 'events.event_at'
        ) }} as seconds_of_silence,
        events.event_name,
        events.traffic_source,
        case
            when sessionized.event_number = 1 then sessions.start_reason
        end as starts_session_because,
        coalesce(sessionized.exclusion_reason, events.exclusion_reason)
            as left_out_because,
        sessions.session_number,
        sessionized.event_number,
        sessions.traffic_source as session_source,
        events.traffic_medium,
        events.traffic_campaign,
        events.click_id_name,
        events.user_id,
        events.page_path,
        events.site_id,
        events.event_id,
        events.event_at,
        events.event_sequence

    from events
    left join {{ ref('int_events_sessionized') }} as sessionized
        on
            events.event_key = sessionized.event_key
            and events.visitor_key = sessionized.visitor_key
            and events.event_at = sessionized.event_at
            and events.exclusion_reason is null
    left join sessions
        on {{ key_to_text('sessionized.session_key') }} = sessions.session_id

)

select * from events_in_sessions
order by
    site_id, event_at, coalesce(event_sequence, 0), {{ collate_binary('event_id') }}

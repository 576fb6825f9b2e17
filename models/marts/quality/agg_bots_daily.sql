{{ config(enabled=has_marts('quality')) }}

with

bot_events as (

    select * from {{ ref('fct_event_exclusions') }}

    where reason = 'bot'

),

events_counted as (

    select
        site_id,
        event_date,
        bot_name,
        bot_kind,
        cast(sum(event_count) as bigint) as event_count,
        cast(
            sum(case when event_name = 'page_view' then event_count else 0 end)
            as bigint
        ) as page_view_count

    from bot_events

    group by site_id, event_date, bot_name, bot_kind

)

select * from events_counted

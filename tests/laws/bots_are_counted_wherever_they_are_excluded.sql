-- Sites and days on which agg_bots_daily counts other rows than fct_event_exclusions
-- has under the reason bot, and rows that have a bot and another reason, or the reason
-- bot and no bot. Where rows were changed by hand or restored in part, type: dbt build
-- --full-refresh. If it fails again, a model is wrong.
{{ config(enabled=has_marts('quality'), **message_of_law()) }}
with

rows_counted as (

    select
        site_id,
        event_date,
        case when reason = 'bot' then event_count else 0 end as excluded_count,
        0 as bot_count,
        case
            when reason = 'bot' and bot_name is not null and bot_kind is not null
                then 0
            when reason != 'bot' and bot_name is null and bot_kind is null then 0
            else event_count
        end as misnamed_count

    from {{ ref('fct_event_exclusions') }}

    where {{ is_in_test_scope('event_date') }}

    union all

    select
        site_id,
        event_date,
        0 as excluded_count,
        event_count as bot_count,
        0 as misnamed_count

    from {{ ref('agg_bots_daily') }}

    where {{ is_in_test_scope('event_date') }}

)

select
    site_id,
    event_date,
    sum(excluded_count) as excluded_count,
    sum(bot_count) as bot_count,
    sum(misnamed_count) as misnamed_count

from rows_counted

group by site_id, event_date

having sum(excluded_count) != sum(bot_count) or sum(misnamed_count) > 0

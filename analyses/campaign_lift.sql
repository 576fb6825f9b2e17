-- A campaign compared with the periods before and after it, by channel and device:
-- sessions per day, their value, and what lasted. lift compares a period with the one
-- before the campaign, so the lift of the period after is the lasting one;
-- share_of_lift is the share of a channel or device in the additional sessions:
--   dbt show --select campaign_lift --limit 99
--   dbt show --select campaign_lift --limit 99 --vars "campaign_first_date: 2026-03-18"
with

sessions as (

    select * from {{ ref('fct_sessions') }}

),

{% if setting('campaign_first_date') is none -%}
-- without campaign_first_date: the consecutive days on which most sessions began
days as (

    select
        session_date,
        count(*) as session_count

    from sessions

    group by session_date

),

spans_of_days as (

    select
        session_date as first_date,
        row_number() over (order by session_count desc, session_date asc)
            as span_number

    from (
        select
            days.session_date,
            sum(following_days.session_count) as session_count

        from days
        inner join days as following_days
            on
                days.session_date <= following_days.session_date
                and {{ date_add(setting('campaign_day_count'), 'days.session_date') }}
                > following_days.session_date

        group by days.session_date
    ) as spans

),

campaign as (

    select first_date

    from spans_of_days

    where span_number = 1

),
{%- else -%}
campaign as (

    select cast('{{ setting("campaign_first_date") }}' as date) as first_date

),
{%- endif %}

sessions_in_periods as (

    select
        sessions.*,
        case
            when sessions.session_date < campaign.first_date then 'before'
            when sessions.session_date < {{ date_add(
                setting('campaign_day_count'), 'campaign.first_date'
            ) }} then 'during'
            else 'after'
        end as period

    from sessions
    cross join campaign

    where
        sessions.session_date >= {{ date_add(
            -setting('campaign_baseline_days'), 'campaign.first_date'
        ) }}
        and sessions.session_date < {{ date_add(
            setting('campaign_day_count') + setting('campaign_baseline_days'),
            'campaign.first_date'
        ) }}

),

-- each session counts for its channel, for its device, for both, and for all
kinds_of_totals as (

    select
        true as is_by_channel,
        true as is_by_device
    union all
    select
        true as is_by_channel,
        false as is_by_device
    union all
    select
        false as is_by_channel,
        true as is_by_device
    union all
    select
        false as is_by_channel,
        false as is_by_device

),

sessions_in_totals as (

    select
        sessions.*,
        case when kinds.is_by_channel then sessions.channel else 'all' end
            as channel_total,
        case when kinds.is_by_device then sessions.device_category else 'all' end
            as device_total

    from sessions_in_periods as sessions
    cross join kinds_of_totals as kinds

),

totals as (

    select
        channel_total,
        device_total,
        period,
        case period
            when 'during' then {{ setting('campaign_day_count') }}
            else {{ setting('campaign_baseline_days') }}
        end as day_count,
        count(*) as session_count,
        -- a visitor counts once per day, otherwise long periods would have fewer
        count(distinct {{ surrogate_key([
            'site_id', 'visitor_id', 'cast(session_date as ' ~ type_text() ~ ')',
        ]) }}) as visitor_count,
        count(case when is_first_session then 1 end) as new_visitor_count,
        count(
            case when furthest_funnel_step in ('checkout', 'purchase') then 1 end
        ) as checkout_count,
        count(case when furthest_funnel_step = 'purchase' then 1 end)
            as purchase_count,
        sum(revenue) as revenue

    from sessions_in_totals

    group by channel_total, device_total, period

),

totals_before as (

    select * from totals

    where period = 'before'

),

totals_compared as (

    select
        totals.*,
        {{ safe_divide('totals.session_count', 'totals.day_count') }} as daily_sessions,
        coalesce(
            {{ safe_divide(
                'totals_before.session_count', 'totals_before.day_count'
            ) }}, 0
        ) as daily_sessions_before

    from totals
    left join totals_before
        on
            totals.channel_total = totals_before.channel_total
            and totals.device_total = totals_before.device_total

),

totals_with_lift as (

    select
        channel_total as channel,
        device_total as device_category,
        period,
        daily_sessions,
        {{ safe_divide('daily_sessions', 'daily_sessions_before') }} as lift,
        {{ safe_divide(
            'daily_sessions - daily_sessions_before',
            "max(case when channel_total = 'all' and device_total = 'all' "
            ~ 'then daily_sessions - daily_sessions_before end) '
            ~ 'over (partition by period)'
        ) }} as share_of_lift,
        {{ safe_divide('revenue', 'visitor_count') }} as revenue_per_visitor,
        {{ safe_divide('purchase_count', 'checkout_count') }} as checkout_completion,
        {{ safe_divide('new_visitor_count', 'visitor_count') }} as new_visitor_share

    from totals_compared

)

select * from totals_with_lift
order by
    case when channel = 'all' then 0 else 1 end,
    channel,
    case when device_category = 'all' then 0 else 1 end,
    device_category,
    case period when 'before' then 1 when 'during' then 2 else 3 end

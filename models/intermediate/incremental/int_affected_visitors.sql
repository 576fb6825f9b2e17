{{ config(**reused_within_run()) }}
{%- set rules = session_rules_in_use() -%}
{%- set built_sessions = existing_relation('fct_sessions') -%}

with

{% if built_sessions %}
newest_event as (

    select max(session_ended_at) as newest_event_at

    from {{ ref('int_sessions_enriched') }}

),

-- an open session times out as soon as any visitor's event is late enough. Its last
-- activity lies after its start: a few visitors too many cost less than a lookup
sessions_that_may_time_out as (

    select
        built.site_id,
        built.visitor_id

    from {{ built_sessions }} as built
    cross join newest_event

    where
        built.end_reason = 'open'
        and {{ exceeds_timeout(
            rules, 'newest_event.newest_event_at', 'built.session_started_at'
        ) }}

),

-- a timed-out session opens again if an earlier delivery superseded the newest event
sessions_that_may_open_again as (

    select
        site_id,
        visitor_id

    from {{ built_sessions }}

    where
        end_reason = 'timeout'
        and session_ended_at >= (
            select {{ earliest_without_timeout(rules, 'newest_event_at') }}
            from newest_event
        )

),

-- revenue follows the order: purchases, refunds and rates change sessions of any age
sessions_paid_as_built as (

    select
        site_id,
        visitor_id,
        session_id,
        order_count,
        valued_order_count,
        revenue,
        refunded_revenue

    from {{ built_sessions }}

    where order_count > 0

),

sessions_paid_otherwise as (

    {{ symmetric_difference(
        ['session_id', 'order_count', 'valued_order_count', 'revenue', 'refunded_revenue'],
        'sessions_paid_as_built',
        ref('int_orders_by_session'),
        decided_columns=['site_id', 'visitor_id']
    ) | indent(4) }}

),

-- an alias that arrives, also months late, or changes
aliases_changed as (

    select
        site_id,
        alias

    from {{ ref('int_user_aliases') }}

    where {{ is_alias_new_to('fct_sessions') }}

),

sessions_of_aliases as (
    {% for column in ['user_id', 'visitor_id'] %}
    select
        site_id,
        visitor_id
    from {{ built_sessions }}
    where {{ tuple_in(['site_id', column], ['site_id', 'alias'], 'aliases_changed') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

visitors_of_sessions as (

    select {{ surrogate_key(['site_id', 'visitor_id']) }} as visitor_key

    from (
        select * from sessions_that_may_time_out
        union all
        select * from sessions_that_may_open_again
        union all
        select * from sessions_of_aliases
        union all
        select
            site_id,
            visitor_id
        from sessions_paid_otherwise
    ) as sessions

),

{% endif %}
-- a new event may change every session of its visitor
visitors_with_new_rows as (

    select visitor_key

    from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('fct_sessions') }}

),

affected_visitors as (

    select * from visitors_with_new_rows
    {% if built_sessions %}
    union all
    select * from visitors_of_sessions
    {% endif %}

)

select distinct visitor_key from affected_visitors

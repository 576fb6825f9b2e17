{{ config(partition_and_cluster_by(
    'first_session_date', keys=['visitor_key', 'order_count']
)) }}
{%- set grain = ['site_id', 'visitor_id'] -%}
{%- set of_visitor = 'over (partition by site_id, visitor_id)' -%}
{%- set sums = columns_of_orders(grain) %}

with

{% if is_incremental() -%}
visitors_with_new_rows as (

    select visitor_key from {{ ref('int_events_sessionized') }}

    where {{ in_affected_island('dim_visitors') }}

),

orders_as_built as (

    select * from {{ this }}

    where order_count > 0

),

orders as (

    {{ orders_of_rows(grain) | indent(4) }}

),

aliases_changed as (

    select
        site_id,
        alias

    from {{ ref('int_user_aliases') }}

    where {{ is_alias_new_to('dim_visitors') }}

),

affected_visitors as (

    select
        site_id,
        visitor_id
    from {{ ref('int_sessions_enriched') }}
    where {{ in_subquery('visitor_key', 'visitors_with_new_rows') }}

    union distinct

    select
        site_id,
        visitor_id
    from (
        {{ symmetric_difference(sums, 'orders_as_built', 'orders') | indent(8) }}
    ) as orders_changed

    union distinct

    {{ rows_with_other_days(grain) | indent(4) }}
    {% for column in ['user_id', 'visitor_id'] %}
    union distinct

    select
        site_id,
        visitor_id
    from {{ ref('fct_sessions') }}
    where {{ tuple_in(['site_id', column], ['site_id', 'alias'], 'aliases_changed') }}
    {% endfor %}
),

{% endif -%}
-- a campaign without a source is no direct visit: its source is null
sessions as (

    select
        *,
        case when traffic_source = '(direct)' then null else session_number end
            as number_with_source,
        case when user_id is not null then session_number end as number_with_user,
        min(session_started_at) {{ of_visitor }} as first_session_started_at,
        {{ newest_event_at() }} as newest_event_at

    from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where
        {{ in_subquery('visitor_id', 'affected_visitors') }}
        and {{ tuple_in(grain, grain, 'affected_visitors') }}
    {% endif %}

),

sessions_compared as (

    select
        *,
        session_number = max(session_number) {{ of_visitor }} as is_last,
        session_number = min(number_with_source) {{ of_visitor }} as has_first_source,
        session_number = max(number_with_source) {{ of_visitor }} as has_last_source,
        session_number = max(number_with_user) {{ of_visitor }} as has_last_user,
        {{ has_first_order(
            'partition by site_id, visitor_id order by session_number'
        ) | indent(8) }} as has_first_order

    from sessions

),

visitors as (

    select
        ---------- ids
        {{ key_to_text(surrogate_key(grain)) }} as visitor_key,
        site_id,
        visitor_id,
        coalesce(max(case when has_last_user then person_id end), max(person_id))
            as person_id,

        ---------- when and from where it came
        max(case when is_first_session then session_id end) as first_session_id,
        min(session_started_at) as first_session_started_at,
        max(case when is_first_session then session_date end) as first_session_date,
        max(case when is_first_session then channel end) as first_channel,
        max(case when has_first_source then traffic_source end) as first_source,
        max(case when has_first_source then traffic_medium end) as first_medium,
        max(case when has_first_source then traffic_campaign end) as first_campaign,
        max(case when has_first_source then channel end) as first_non_direct_channel,
        max(case when is_last then session_id end) as last_session_id,
        max(session_started_at) as last_session_started_at,
        max(case when is_last then session_date end) as last_session_date,
        max(case when has_last_source then traffic_source end) as last_source,
        max(case when has_last_source then traffic_medium end) as last_medium,
        max(case when has_last_source then traffic_campaign end) as last_campaign,
        max(case when has_last_source then channel end) as last_channel,

        ---------- what it came to
        cast(count(*) as bigint) as session_count,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(valued_order_count) as bigint) as valued_order_count,
        cast(sum(revenue) as decimal(28, 2)) as revenue,
        cast(sum(refunded_revenue) as decimal(28, 2)) as refunded_revenue,
        cast(sum(revenue) - sum(refunded_revenue) as decimal(28, 2))
            as lifetime_net_revenue,
        {{ divide_money('sum(revenue)', 'nullif(sum(valued_order_count), 0)') }}
            as average_order_value,

        ---------- until the first order, and in the first days
        {{ first_order_columns('is_first_session', 'session_number') | indent(8) }},
        {{ sums_of_first_days() | indent(8) }}

    from sessions_compared

    group by site_id, visitor_id

)

select * from visitors

{{ config(partition_and_cluster_by(
    'first_session_date', keys=['visitor_key', 'order_count']
)) }}
{%- set forwards = 'order by session_started_at, island_session_number' -%}
{%- set backwards = 'order by session_started_at desc, island_session_number desc' -%}
{%- set sums = [
    'visitor_key', 'order_count', 'valued_order_count', 'revenue', 'refunded_revenue',
] %}

with

aliases as (

    {{ newest_aliases(ref('int_user_aliases')) | indent(4) }}

),

orders as (

    select
        {{ surrogate_key(['site_id', 'visitor_id']) }} as visitor_key,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(valued_order_count) as bigint) as valued_order_count,
        cast(sum(revenue) as decimal(28, 2)) as revenue,
        cast(sum(refunded_revenue) as decimal(28, 2)) as refunded_revenue

    from {{ ref('int_orders_by_session') }}

    group by site_id, visitor_id

),

{% if is_incremental() -%}
orders_as_built as (

    select
        {{ text_to_key('visitor_key') }} as visitor_key,
        order_count,
        valued_order_count,
        revenue,
        refunded_revenue

    from {{ this }}

    where order_count > 0

),

aliases_changed as (

    select
        site_id,
        alias

    from {{ ref('int_user_aliases') }}

    where {{ is_alias_new_to('dim_visitors') }}

),

affected_visitors as (

    select visitor_key from {{ ref('int_events_sessionized') }}
    where {{ in_affected_island('dim_visitors') }}

    union distinct

    select visitor_key from (
        {{ symmetric_difference(sums, 'orders_as_built', 'orders') | indent(8) }}
    ) as orders_changed
    {% for column in ['user_id', 'visitor_id'] %}
    union distinct

    select visitor_key from {{ ref('int_sessions_enriched') }}
    where {{ tuple_in(['site_id', column], ['site_id', 'alias'], 'aliases_changed') }}
    {% endfor %}
),

{% endif -%}
-- a session without a source of its own has that of its visit or is direct: it is
-- neither a first nor a last source
sessions as (

    select
        *,
        row_number() over (partition by visitor_key {{ forwards }}) = 1 as is_first,
        row_number() over (partition by visitor_key {{ backwards }}) = 1 as is_last,
        source_place is not null and row_number() over (
            partition by visitor_key, source_place is not null {{ forwards }}
        ) = 1 as has_first_source,
        source_place is not null and row_number() over (
            partition by visitor_key, source_place is not null {{ backwards }}
        ) = 1 as has_last_source,
        user_id is not null and row_number() over (
            partition by visitor_key, user_id is not null {{ backwards }}
        ) = 1 as has_last_user

    from {{ ref('int_sessions_enriched') }}

    {% if is_incremental() %}
    where {{ in_subquery('visitor_key', 'affected_visitors') }}
    {% endif %}

),

visitors as (

    select
        visitor_key,
        max(site_id) as site_id,
        max(visitor_id) as visitor_id,
        max(case when has_last_user then user_id end) as user_id,
        count(*) as session_count,

        ---------- the first session and the first source
        max(case when is_first then {{ key_to_text('session_key') }} end)
            as first_session_id,
        min(session_started_at) as first_session_started_at,
        max(case when is_first then session_date end) as first_session_date,
        max(case when is_first then channel end) as first_channel,
        max(case when has_first_source then traffic_source end) as first_source,
        max(case when has_first_source then traffic_medium end) as first_medium,
        max(case when has_first_source then traffic_campaign end) as first_campaign,
        max(case when has_first_source then channel end) as first_non_direct_channel,

        ---------- the last ones
        max(case when is_last then {{ key_to_text('session_key') }} end)
            as last_session_id,
        max(session_started_at) as last_session_started_at,
        max(case when is_last then session_date end) as last_session_date,
        max(case when has_last_source then traffic_source end) as last_source,
        max(case when has_last_source then traffic_medium end) as last_medium,
        max(case when has_last_source then traffic_campaign end) as last_campaign,
        max(case when has_last_source then channel end) as last_channel

    from sessions

    group by visitor_key

),

visitors_with_orders as (

    select
        ---------- ids
        {{ key_to_text('visitors.visitor_key') }} as visitor_key,
        visitors.site_id,
        visitors.visitor_id,
        coalesce(aliases.person_id, visitors.user_id, visitors.visitor_id)
            as person_id,

        ---------- when and from where it came
        visitors.first_session_id,
        visitors.first_session_started_at,
        visitors.first_session_date,
        visitors.first_channel,
        visitors.first_source,
        visitors.first_medium,
        visitors.first_campaign,
        visitors.first_non_direct_channel,
        visitors.last_session_id,
        visitors.last_session_started_at,
        visitors.last_session_date,
        visitors.last_source,
        visitors.last_medium,
        visitors.last_campaign,
        visitors.last_channel,

        ---------- what it came to
        cast(visitors.session_count as bigint) as session_count,
        cast(coalesce(orders.order_count, 0) as bigint) as order_count,
        cast(coalesce(orders.valued_order_count, 0) as bigint) as valued_order_count,
        cast(coalesce(orders.revenue, 0) as decimal(28, 2)) as revenue,
        cast(coalesce(orders.refunded_revenue, 0) as decimal(28, 2))
            as refunded_revenue,
        cast(coalesce(orders.revenue - orders.refunded_revenue, 0) as decimal(28, 2))
            as lifetime_net_revenue,
        {{ divide_money('orders.revenue', 'nullif(orders.valued_order_count, 0)') }}
            as average_order_value

    from visitors
    left join orders
        on visitors.visitor_key = orders.visitor_key
    left join aliases
        on
            visitors.site_id = aliases.site_id
            and coalesce(visitors.user_id, visitors.visitor_id) = aliases.alias

)

select * from visitors_with_orders

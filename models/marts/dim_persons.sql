{{ config(partition_and_cluster_by(
    'first_session_date', keys=['person_key', 'order_count']
)) }}
{%- set timeline = 'partition by site_id, person_id order by session_started_at, '
    ~ collate_binary('visitor_id') ~ ', session_number' -%}
{%- set grain = ['site_id', 'person_id'] -%}
{%- set sums = columns_of_orders(grain) %}

with

{% if is_incremental() -%}
orders_as_built as (

    select * from {{ this }}

    where order_count > 0

),

orders as (

    {{ orders_of_rows(grain) | indent(4) }}

),

affected_persons as (

    select
        site_id,
        person_id
    from {{ ref('int_affected_persons') }}

    union distinct

    select
        site_id,
        person_id
    from (
        {{ symmetric_difference(sums, 'orders_as_built', 'orders') | indent(8) }}
    ) as orders_changed

    union distinct

    {{ rows_with_other_days(grain) | indent(4) }}

),

{% endif -%}
sessions as (

    select
        site_id,
        person_id,
        visitor_id,
        session_id,
        session_number,
        session_started_at,
        session_date,
        min(session_started_at) over (partition by site_id, person_id)
            as first_session_started_at,
        {{ newest_event_at() }} as newest_event_at,
        channel,
        case when traffic_source = '(direct)' then null else session_id end
            as session_with_source,
        order_count,
        valued_order_count,
        revenue,
        refunded_revenue

    from {{ ref('fct_sessions') }}

    {% if is_incremental() %}
    where
        {{ in_subquery('person_id', 'affected_persons') }}
        and {{ tuple_in(grain, grain, 'affected_persons') }}
    {% endif %}

),

sessions_in_order as (

    select
        *,
        lag(session_id) over ({{ timeline }}) is null as is_first,
        lead(session_id) over ({{ timeline }}) is null as is_last,
        row_number() over ({{ timeline }}) as place,
        {{ has_first_order(timeline) | indent(8) }} as has_first_order,
        session_with_source is not null and count(session_with_source) over (
            {{ timeline }} rows between unbounded preceding and current row
        ) = 1 as has_first_source

    from sessions

),

persons as (

    select
        site_id,
        person_id,
        count(distinct visitor_id) as visitor_count,
        count(*) as session_count,

        ---------- the first session
        max(case when is_first then session_id end) as first_session_id,
        min(session_started_at) as first_session_started_at,
        max(case when is_first then session_date end) as first_session_date,
        max(case when is_first then channel end) as first_channel,
        max(case when has_first_source then channel end)
            as first_non_direct_channel,

        ---------- the last one
        max(case when is_last then session_id end) as last_session_id,
        max(session_started_at) as last_session_started_at,
        max(case when is_last then session_date end) as last_session_date,

        ---------- what it came to
        sum(order_count) as order_count,
        sum(valued_order_count) as valued_order_count,
        sum(revenue) as revenue,
        sum(refunded_revenue) as refunded_revenue,
        {{ first_order_columns('is_first', 'place') | indent(8) }},
        {{ sums_of_first_days() | indent(8) }}

    from sessions_in_order

    group by site_id, person_id

),

persons_with_sums as (

    select
        ---------- ids
        {{ key_to_text(surrogate_key(grain)) }} as person_key,
        site_id,
        person_id,

        ---------- when and from where it came
        first_session_id,
        first_session_started_at,
        first_session_date,
        first_channel,
        first_non_direct_channel,
        last_session_id,
        last_session_started_at,
        last_session_date,

        ---------- what it came to
        cast(visitor_count as bigint) as visitor_count,
        cast(session_count as bigint) as session_count,
        cast(order_count as bigint) as order_count,
        cast(valued_order_count as bigint) as valued_order_count,
        cast(revenue as decimal(28, 2)) as revenue,
        cast(refunded_revenue as decimal(28, 2)) as refunded_revenue,
        cast(revenue - refunded_revenue as decimal(28, 2)) as lifetime_net_revenue,
        {{ divide_money('revenue', 'nullif(valued_order_count, 0)') }}
            as average_order_value,

        ---------- until the first order, and in the first days
        {{ (columns_of_first_order() + columns_of_first_days()) | join(',\n        ') }}

    from persons

)

select * from persons_with_sums

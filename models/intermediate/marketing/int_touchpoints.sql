{{ config(enabled=has_marts('marketing')) }}
{%- set built = existing_relation('fct_touchpoints') -%}
{%- set person = ['site_id', 'person_id'] -%}
{%- set compared_columns = [
    'order_key', 'session_id', 'person_id', 'ordered_at', 'order_date', 'revenue',
    'is_first_order',
] %}

with

orders as (

    select
        orders.order_key,
        orders.order_id,
        orders.ordered_at,
        orders.order_date,
        orders.revenue,
        sessions.site_id,
        sessions.session_id,
        sessions.person_id,
        sessions.session_started_at as order_session_started_at,
        row_number() over (
            partition by sessions.site_id, sessions.person_id
            order by orders.ordered_at, {{ collate_binary('orders.order_key') }}
        ) = 1 as is_first_order

    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('fct_orders') }} as orders
        on sessions.session_id = orders.session_id

    where sessions.order_count > 0

),

{% if built -%}
affected_sessions as (

    {{ affected_sessions_of_persons('fct_touchpoints') | indent(4) }}

),

orders_built as (

    select * from {{ built }}

    where is_order_session

),

-- orders that differ, orders of persons with an affected session, and orders of which
-- an affected session was a touchpoint
orders_to_redo as (

    select order_key
    from (
        {{ symmetric_difference(
            compared_columns, 'orders_built', 'orders'
        ) | indent(8) }}
    ) as orders_changed

    union distinct

    select order_key
    from orders
    where {{ tuple_in(person, person, 'affected_sessions') }}

    union distinct

    select order_key from {{ built }}
    where {{ in_subquery('session_id', 'affected_sessions') }}

),

{% endif -%}
orders_redone as (

    select * from orders

    {% if built %}
    where {{ in_subquery('order_key', 'orders_to_redo') }}
    {% endif %}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

    where
        {{ in_subquery('person_id', 'orders_redone') }}
        and {{ tuple_in(person, person, 'orders_redone') }}

),

-- the order's own session, and those that began before it
touchpoints as (

    select
        orders.order_key,
        sessions.session_id,
        orders.site_id,
        orders.order_id,
        orders.person_id,
        orders.ordered_at,
        orders.order_date,
        orders.is_first_order,
        orders.revenue,
        sessions.visitor_id,
        sessions.session_number,
        sessions.session_started_at,
        sessions.session_date,
        sessions.channel,
        sessions.traffic_source,
        sessions.traffic_medium,
        sessions.traffic_campaign,
        sessions.session_id = orders.session_id as is_order_session,
        coalesce(sessions.traffic_source, '') = '(direct)' as is_direct

    from orders_redone as orders
    inner join sessions
        on
            orders.site_id = sessions.site_id
            and orders.person_id = sessions.person_id

    where
        sessions.session_id = orders.session_id
        or (
            sessions.session_started_at < orders.order_session_started_at
            and not {{ exceeds(
                'orders.ordered_at', 'sessions.session_started_at',
                setting('attribution_lookback_days') * 86400, 'same'
            ) }}
            {% if not setting('touchpoints_include_direct') -%}
            and coalesce(sessions.traffic_source, '') != '(direct)'
            {%- endif %}
        )

)

select * from touchpoints

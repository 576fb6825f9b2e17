{{ config(
    enabled=has_marts('products'),
    **partition_and_cluster_by('event_date', keys=['product_id'])
) }}
{%- set grain = grain_of('agg_products_daily') | join(', ') %}
{%- do also_depends_on(['int_builds', 'stg_event_items']) %}

with

{% if is_incremental() -%}
affected_days as (

    {{ affected_product_days() | indent(4) }}

),

{% endif -%}
items as (

    select
        *,
        row_number() over (
            partition by {{ grain }} order by {{ last_item_with('product_name') }}
        ) as place_of_name,
        row_number() over (
            partition by {{ grain }} order by {{ last_item_with('product_category') }}
        ) as place_of_category

    from {{ ref('fct_event_items') }}

    where
        {{ is_item_of_product() }}
    {% if is_incremental() %}
        and event_date in (select event_date from affected_days)
    {% endif %}

),

-- a purchase counts by its order, which has one session and takes back its refunds
facts as (

    select
        {{ grain }},
        session_id,
        event_name as fact,
        case when event_name = 'product_view' then event_key end as view_key,
        case when place_of_name = 1 then product_name end as product_name,
        case when place_of_category = 1 then product_category end
            as product_category,
        loaded_at,
        null as units,
        null as revenue,
        null as refunded_units,
        null as refunded_revenue

    from items

    union all

    select
        site_id,
        order_date as event_date,
        product_id,
        session_id,
        'order' as fact,
        null as view_key,
        null as product_name,
        null as product_category,
        null as loaded_at,
        units,
        revenue,
        refunded_units,
        refunded_revenue

    from {{ ref('fct_order_items') }}

    where
        product_id is not null
    {% if is_incremental() %}
        and order_date in (select event_date from affected_days)
    {% endif %}

),

products_by_session as (

    select
        {{ grain }},
        max(case when fact = 'product_view' then 1 else 0 end) as has_view,
        max(case when fact = 'add_to_cart' then 1 else 0 end) as has_cart,
        max(case when fact = 'begin_checkout' then 1 else 0 end) as has_checkout,
        max(case when units > 0 and session_id is not null then 1 else 0 end)
            as has_purchase,
        max(product_name) as product_name,
        max(product_category) as product_category,
        count(distinct view_key) as view_count,
        count(units) as order_count,
        count(revenue) as valued_order_count,
        coalesce(sum(units), 0) as units,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(refunded_units), 0) as refunded_units,
        coalesce(sum(refunded_revenue), 0) as refunded_revenue,
        max(loaded_at) as newest_item_loaded_at

    from facts

    group by {{ grain }}, session_id

),

products_counted as (

    select
        {{ grain }},
        max(product_name) as product_name,
        max(product_category) as product_category,
        cast(sum(has_view) as bigint) as view_session_count,
        cast(sum(has_cart) as bigint) as cart_session_count,
        cast(sum(has_checkout) as bigint) as checkout_session_count,
        cast(sum(has_purchase) as bigint) as purchase_session_count,
        cast(sum(has_view * has_cart) as bigint) as view_and_cart_session_count,
        cast(sum(has_view * has_purchase) as bigint)
            as view_and_purchase_session_count,
        cast(sum(has_cart * has_purchase) as bigint)
            as cart_and_purchase_session_count,
        cast(sum(view_count) as bigint) as view_count,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(valued_order_count) as bigint) as valued_order_count,
        cast(sum(units) as bigint) as units,
        cast(sum(revenue) as decimal(28, 2)) as revenue,
        cast(sum(refunded_units) as bigint) as refunded_units,
        cast(sum(refunded_revenue) as decimal(28, 2)) as refunded_revenue,
        max(newest_item_loaded_at) as newest_item_loaded_at

    from products_by_session

    group by {{ grain }}

)

select
    *,
    cast(revenue - refunded_revenue as decimal(28, 2)) as net_revenue,
    {{ safe_divide('view_and_cart_session_count', 'view_session_count') }}
        as cart_to_view_rate,
    {{ safe_divide('view_and_purchase_session_count', 'view_session_count') }}
        as purchase_to_view_rate,
    {{ safe_divide('cart_and_purchase_session_count', 'cart_session_count') }}
        as purchase_to_cart_rate

from products_counted
{%- if is_incremental() %}

where
    event_date in (
        {{ product_days_that_differ('products_counted') | indent(8) }}
    )
{%- endif %}

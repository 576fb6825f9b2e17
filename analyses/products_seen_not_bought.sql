-- Products that sessions of the newest four weeks saw and that no one bought, the most
-- seen first: how many sessions saw them, how many of these put them into the cart, and
-- when one was last bought before that; null if never. A product that sessions buy
-- without a view is not among them. Orders count by their items, see docs/items.md:
--   dbt show --select products_seen_not_bought --limit 50
{{ config(enabled=has_marts('products')) }}

with

products as (

    select * from {{ ref('agg_products_daily') }}

),

newest_days as (

    select
        site_id,
        max(event_date) as newest_date

    from products

    group by site_id

),

-- the name is that of the newest day that has one
products_dated as (

    select
        products.*,
        newest_days.newest_date,
        products.event_date
        > {{ date_add(-28, 'newest_days.newest_date') }} as is_recent,
        row_number() over (
            partition by products.site_id, products.product_id
            order by
                case when products.product_name is null then 1 else 0 end,
                products.event_date desc
        ) as place_of_name

    from products
    inner join newest_days
        on products.site_id = newest_days.site_id

),

products_summed as (

    select
        site_id,
        product_id,
        max(case when place_of_name = 1 then product_name end) as product_name,
        sum(case when is_recent then view_session_count else 0 end)
            as view_session_count,
        sum(case when is_recent then view_and_cart_session_count else 0 end)
            as view_and_cart_session_count,
        sum(case when is_recent then units else 0 end) as units,
        max(case when units > 0 then event_date end) as last_bought_date

    from products_dated

    group by site_id, product_id

),

products_seen_not_bought as (

    select
        site_id,
        product_id,
        product_name,
        view_session_count,
        view_and_cart_session_count,
        {{ safe_divide('view_and_cart_session_count', 'view_session_count') }}
            as cart_to_view_rate,
        last_bought_date

    from products_summed

    where
        view_session_count > 0
        and units = 0

)

select * from products_seen_not_bought
order by view_session_count desc, site_id asc, product_id asc

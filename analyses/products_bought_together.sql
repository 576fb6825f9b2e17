-- Pairs of products in one order: how many orders have both, the share of the orders of
-- one that have the other too (confidence), and how many times as often that is as if
-- the two had nothing to do with each other (lift). Source of the measures: Agrawal,
-- Imielinski and Swami 1993; Brin, Motwani, Ullman and Tsur 1997. Each pair has two
-- rows, one for each product to begin with. Orders are those with items:
--   dbt show --select products_bought_together --limit 50
{{ config(enabled=has_marts('products')) }}

with

lines as (

    select
        order_key,
        site_id,
        product_id

    from {{ ref('fct_order_items') }}

    where
        product_id is not null
        and units > 0

),

orders as (

    select
        site_id,
        count(distinct order_key) as order_count

    from lines

    group by site_id

),

products as (

    select
        site_id,
        product_id,
        count(*) as order_count

    from lines

    group by site_id, product_id

),

pairs as (

    select
        lines.site_id,
        lines.product_id,
        other_lines.product_id as bought_with,
        count(*) as order_count

    from lines
    inner join lines as other_lines
        on lines.order_key = other_lines.order_key

    where lines.product_id != other_lines.product_id

    group by lines.site_id, lines.product_id, other_lines.product_id

),

pairs_compared as (

    select
        pairs.site_id,
        pairs.product_id,
        pairs.bought_with,
        pairs.order_count,
        {{ safe_divide('pairs.order_count', 'products.order_count') }} as confidence,
        {{ safe_divide('pairs.order_count', 'products.order_count') }}
        * orders.order_count / other_products.order_count as lift

    from pairs
    inner join products
        on
            pairs.site_id = products.site_id
            and pairs.product_id = products.product_id
    inner join products as other_products
        on
            pairs.site_id = other_products.site_id
            and pairs.bought_with = other_products.product_id
    inner join orders
        on pairs.site_id = orders.site_id

)

select * from pairs_compared
order by order_count desc, lift desc, site_id asc, product_id asc, bought_with asc

{#- Refunds, rates and earlier purchases change orders of any age: what the orders are
    now is compared with what the table has, and only the difference is written. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='replace_scope',
    meta={'built_from': 'int_order_events'},
    **laid_out_by('order_date', keys=['order_key', 'session_id'])
) }}
{%- set built_orders = built('fct_orders') -%}
{%- set columns = [
    'order_key', 'site_id', 'order_id', 'visitor_id', 'session_id', 'is_known',
    'ordered_at', 'order_date', 'currency', 'order_value', 'exchange_rate', 'revenue',
    'refund_count', 'refunded_revenue', 'net_revenue',
] | join(',\n        ') %}

{% if built_orders -%}
-- depends_on: {{ ref('int_order_events') }}
{% endif %}
with

orders as (

    select * from {{ ref('int_orders') }}

),

orders_changed as (

    select
        {{ columns }}

    from orders
    {% if built_orders %}
    {{ dbt.except() }}

    select
        {{ columns }}

    from {{ built_orders }}

    where {{ is_remembered('fct_orders') }}
    {% endif %}
)

select * from orders_changed

{#- Which days of agg_products_daily a build counts again. Its items change with the islands
    of their events, and as late items arrive; its orders whenever fct_orders does. -#}


{#- A query for the days whose items or orders may differ from those that agg_products_daily
    has counted. -#}
{% macro affected_product_days() -%}
    select event_date
    from {{ ref('int_events_sessionized') }}
    where {{ sessions.in_affected_island('agg_products_daily') }}
    union all
    {{ sessions.days_of_orders_without_visitor() }}
    union all
    {{ sessions.days_of_late_items() }}
    union all
    {{ sessions.product_days_with_changed_orders() }}
{%- endmacro %}


{#- A query for the days of purchases without a visitor, which are in no island, of which
    another delivery is new. -#}
{% macro days_of_orders_without_visitor() -%}
    select event_date
    from {{ ref('int_events_enriched') }}
    where
        visitor_id is null
        and {{ sessions.is_order_event() }}
        and event_key in (
            select event_key from {{ ref('int_events_enriched') }}
            where
                event_key is not null
                and {{ sessions.is_new_to('agg_products_daily') }}
        )
{%- endmacro %}


{#- A query for the days of items that are as new as the newest one that agg_products_daily
    has counted, or newer, and of items that do not say when they arrived. -#}
{% macro days_of_late_items() -%}
    select event_date
    from {{ ref('fct_event_items') }}
    where
        loaded_at >= (
            select coalesce(max(newest_item_loaded_at), {{ sessions.min_timestamp() }})
            from {{ sessions.existing_relation('agg_products_daily') }}
        )
        or (
            loaded_at is null
            and event_key in (
                select {{ sessions.key_to_text(sessions.event_key()) }}
                from {{ ref('stg_event_items') }}
                where loaded_at is null
            )
        )
{%- endmacro %}


{#- A query for the days on which the orders of agg_products_daily differ from those of
    fct_order_items: refunds, rates and the books change orders of any age. -#}
{% macro product_days_with_changed_orders() -%}
    {%- set columns = sessions.grain_of('agg_products_daily') + [
        'order_count', 'valued_order_count', 'units', 'revenue', 'refunded_units',
        'refunded_revenue',
    ] -%}
    {%- set as_built -%}
        (
            select * from {{ sessions.existing_relation('agg_products_daily') }}
            where order_count > 0
        ) as built
    {%- endset -%}
    {%- set as_now -%}
        (
            select
                site_id,
                order_date as event_date,
                product_id,
                cast(count(*) as {{ dbt.type_bigint() }}) as order_count,
                cast(count(revenue) as {{ dbt.type_bigint() }}) as valued_order_count,
                cast(sum(units) as {{ dbt.type_bigint() }}) as units,
                {{ sessions.money('coalesce(sum(revenue), 0)') }} as revenue,
                cast(sum(refunded_units) as {{ dbt.type_bigint() }}) as refunded_units,
                {{ sessions.money('coalesce(sum(refunded_revenue), 0)') }}
                    as refunded_revenue
            from {{ ref('fct_order_items') }}
            where product_id is not null
            group by site_id, order_date, product_id
        ) as totals
    {%- endset -%}
    select event_date
    from (
        {{ sessions.symmetric_difference(columns, as_built, as_now) }}
    ) as totals_changed
{%- endmacro %}


{#- A query for the days on which counted products are not those in agg_products_daily: of
    the days that are counted again, most are as they were. A table without an entry in
    int_builds has none to compare with: all its rows are replaced.

    counted: a relation with the products of affected_days. -#}
{% macro product_days_that_differ(counted) -%}
    {%- set columns = sessions.grain_of('agg_products_daily') + [
        'product_name', 'product_category', 'view_session_count', 'cart_session_count',
        'checkout_session_count', 'purchase_session_count',
        'view_and_cart_session_count', 'view_and_purchase_session_count',
        'cart_and_purchase_session_count', 'view_count', 'order_count',
        'valued_order_count', 'units', 'revenue', 'refunded_units', 'refunded_revenue',
        'newest_item_loaded_at',
    ] -%}
    {%- set as_built -%}
        (
            select * from {{ this }}
            where
                event_date in (select event_date from affected_days)
                and {{ sessions.has_current_entry('agg_products_daily') }}
        ) as built
    {%- endset -%}
    select event_date
    from (
        {{ sessions.symmetric_difference(columns, as_built, counted) }}
    ) as products_changed
{%- endmacro %}


{#- The selected days, and those that have lost all of their items and orders. -#}
{% macro agg_products_daily__replaced_rows(selected) -%}
    {%- set selected_days -%}
        event_date in (select event_date from {{ selected }})
    {%- endset -%}
    {%- set emptied_days -%}
        event_date not in (
            select event_date from {{ ref('fct_event_items') }}
            where {{ sessions.is_item_of_product() }}
            union all
            select order_date as event_date from {{ ref('fct_order_items') }}
            where product_id is not null
        )
    {%- endset -%}
    {{ return([selected_days, emptied_days]) }}
{%- endmacro %}

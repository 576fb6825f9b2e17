{#- The orders of raw.orders: what the shop's own books say. -#}


{#- Whether an order is cancelled: it has a time of cancellation, or a status that says so in
    Shopify, WooCommerce or Magento. -#}
{% macro is_cancelled_order() -%}
    (
        cancelled_at is not null
        or coalesce(
            {{ sessions.lower_ascii('status') }}
            in ('cancelled', 'canceled', 'void', 'voided'),
            false
        )
    )
{%- endmacro %}

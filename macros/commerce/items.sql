{#- The items of events: lines of purchases, refunds, carts and viewed lists. -#}


{#- Whether an event of int_events_sessionized may have items: it is in a session, or it
    counts for its order without one. -#}
{% macro may_have_items() -%}
    (
        exclusion_reason is null
        or (exclusion_reason = 'no_session' and {{ sessions.is_order_event() }})
    )
{%- endmacro %}


{#- The units of a line: one where the line does not say how many. A billion or more is an
    error: null.

    quantity: its quantity. -#}
{% macro item_units(quantity) -%}
    case
        when {{ quantity }} is null then 1
        when {{ quantity }} between -999999999 and 999999999 then {{ quantity }}
    end
{%- endmacro %}


{#- What a line is worth in the currency of its event: units times price, minus the
    discount. Null without a price or units, and for a hundred trillion and more, which no
    type of an amount holds once it is converted.

    relation: the items, with their quantity, price and discount. -#}
{% macro item_value(relation) -%}
    {%- set units = 'cast(' ~ sessions.item_units(relation ~ '.quantity')
        ~ ' as decimal(10, 0))' -%}
    {%- set worth = sessions.multiply_money(relation ~ '.price', units)
        ~ ' - coalesce(' ~ relation ~ '.discount, 0)' -%}
    cast(
        case when abs({{ worth }}) < 100000000000000 then {{ worth }} end
        as decimal(20, 6)
    )
{%- endmacro %}


{#- Whether an item of fct_event_items is a product that somebody saw, put into the cart,
    took to the checkout or bought. -#}
{% macro is_item_of_product() -%}
    (
        product_id is not null
        and event_name in ('product_view', 'add_to_cart', 'begin_checkout', 'purchase')
    )
{%- endmacro %}


{#- The order of a product's items by which the first one is the last that names a column,
    if any does. Of one instant the events of a site are in the order of their ids.

    column: a column of fct_event_items. -#}
{% macro last_item_with(column) -%}
    case when {{ column }} is null then 1 else 0 end,
    event_at desc,
    {{ sessions.collate_binary('event_id') }} desc,
    item_number desc
{%- endmacro %}

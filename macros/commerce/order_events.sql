{#- Which events belong to an order, and the key of that order. -#}


{#- Whether an event is a purchase or a refund.

    relation: prefix of each column, such as `events.`. -#}
{% macro is_order_event(relation='') -%}
    coalesce({{ relation }}event_name in ('purchase', 'refund'), false)
{%- endmacro %}


{#- Whether a row of int_events_enriched is a purchase or refund that makes its order without
    a session, because its visitor is unknown. Such a row is excluded as invalid or
    no_consent, but it has a key: it was deduplicated like an event. -#}
{% macro is_order_without_visitor() -%}
    (
        {{ sessions.is_order_event() }}
        and visitor_id is null
        and event_key is not null
        and exclusion_reason in ('invalid', 'no_consent')
    )
{%- endmacro %}


{#- The key of the order to which an event belongs. Order ids are unique per site; a
    purchase without one is an order of its own, identified by its event.

    relation: prefix of each column, such as `events.`. -#}
{% macro order_key(relation='') -%}
    {{ sessions.surrogate_key([
        relation ~ 'site_id',
        'case when ' ~ relation ~ "order_id is null then 'event' else 'order' end",
        'coalesce(' ~ relation ~ 'order_id, ' ~ relation ~ 'event_id)',
    ]) }}
{%- endmacro %}


{#- The same key of an order that has an id.

    relation: prefix of each column, such as `orders.`. -#}
{% macro order_key_of_id(relation='') -%}
    {{ sessions.surrogate_key([relation ~ 'site_id', "'order'", relation ~ 'order_id']) }}
{%- endmacro %}


{#- Purchases and refunds in islands whose current state int_order_events does not have yet,
    one row per delivery: another delivery of the same event may be in an unaffected island.
    Those without a visitor are in no island. -#}
{% macro affected_order_events() -%}
    (
        select * from {{ ref('int_events_sessionized') }}
        where {{ sessions.is_order_event() }}
        and {{ sessions.in_affected_island('int_order_events') }}
    ) as pending
{%- endmacro %}

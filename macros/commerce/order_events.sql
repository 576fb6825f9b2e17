{#- Which events belong to an order, and the key of that order. -#}


{#- Whether an event is a purchase or a refund. -#}
{% macro is_order_event() -%}
    event_name in ('purchase', 'refund')
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


{#- Purchases and refunds in islands whose current state int_order_events does not have yet,
    one row per delivery: another delivery of the same event may be in an unaffected island. -#}
{% macro affected_order_events() -%}
    (
        select * from {{ ref('int_events_sessionized') }}
        where {{ sessions.is_order_event() }}
        and {{ sessions.in_affected_island('int_order_events') }}
    ) as pending
{%- endmacro %}

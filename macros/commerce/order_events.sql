{#- Which events make an order, and what it is called. -#}


{#- Whether an event buys something or gives money back. -#}
{% macro is_order_event() -%}
    event_name in ('purchase', 'refund')
{%- endmacro %}


{#- The key of the order that an event belongs to. Orders of a site have ids of their own; a
    purchase without one is an order by itself, named by its event.

    relation: what stands in front of each column, such as `events.`. -#}
{% macro order_key(relation='') -%}
    {{ sessions.surrogate_key([
        relation ~ 'site_id',
        'case when ' ~ relation ~ "order_id is null then 'event' else 'order' end",
        'coalesce(' ~ relation ~ 'order_id, ' ~ relation ~ 'event_id)',
    ]) }}
{%- endmacro %}


{#- Purchases and refunds in islands that int_order_events does not have as they are now,
    each delivery by itself: another one of the same event may lie in an island that stays. -#}
{% macro affected_order_events() -%}
    (
        select * from {{ ref('int_events_sessionized') }}
        where {{ sessions.is_order_event() }}
        and {{ sessions.in_affected_island('int_order_events') }}
    ) as pending
{%- endmacro %}

{#- Which events make an order, and what it is called. -#}


{#- Whether an event buys something or gives money back. -#}
{% macro is_order_event() -%}
    event_name in ('purchase', 'refund')
{%- endmacro %}


{#- The key of the order that an event belongs to. Orders of a site have ids of their own; a
    purchase without one is an order by itself, named by its event.

    relation: what stands in front of each column, such as `events.`. -#}
{% macro order_key(relation='') -%}
    {{ sessions.identity_key([
        relation ~ 'site_id',
        'case when ' ~ relation ~ "order_id is null then 'event' else 'order' end",
        'coalesce(' ~ relation ~ 'order_id, ' ~ relation ~ 'event_id)',
    ]) }}
{%- endmacro %}

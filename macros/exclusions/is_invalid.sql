{#- A row that lacks its event id, visitor, event name, time or load time is not a valid
    event, nor is one before the variable earliest_event_date: a clock without battery says
    1970. A purchase or refund that lacks only its visitor still makes its order, and
    one of a visitor who denied consent is excluded as no_consent.

    relation: prefix of each column, such as `events.`. -#}
{% macro is_invalid(relation='') -%}
    (
        {{ relation }}event_id is null
        or {{ relation }}event_name is null
        or {{ relation }}event_at is null
        or {{ relation }}event_at
        < {{ sessions.timestamp_literal(
            sessions.setting('earliest_event_date') ~ ' 00:00:00'
        ) }}
        or {{ relation }}loaded_at is null
        or (
            {{ relation }}visitor_id is null
            and not {{ sessions.is_order_event(relation) }}
            and not {{ sessions.is_without_consent(relation) }}
        )
    )
{%- endmacro %}

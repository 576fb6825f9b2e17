{#- A row that does not say which event of which visitor happened when, or when it arrived,
    is no event of anything.

    relation: what stands in front of each column, such as `events.`. -#}
{% macro is_invalid(relation='') -%}
    (
        {{ relation }}event_id is null
        or {{ relation }}visitor_id is null
        or {{ relation }}event_name is null
        or {{ relation }}event_at is null
        or {{ relation }}loaded_at is null
    )
{%- endmacro %}

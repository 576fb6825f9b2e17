{#- Whoever denies consent has no visitor_id: such an event is of no visit.

    relation: prefix of each column, such as `events.`. -#}
{% macro is_without_consent(relation='') -%}
    {%- set consent = sessions.lower_ascii(sessions.trimmed(relation ~ 'consent')) -%}
    ({{ relation }}visitor_id is null and coalesce({{ consent }}, 'none') = 'denied')
{%- endmacro %}

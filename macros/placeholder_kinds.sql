{#- The columns in which a word of the seed placeholder_values stands for nothing, each with
    the kind of its words. Sources are judged as names: see int_lookup_referrers. -#}
{% macro placeholder_kinds() -%}
    {{ return({
        'visitor_id': 'id',
        'user_id': 'id',
        'source_session_id': 'id',
        'order_id': 'id',
        'currency': 'currency',
        'traffic_medium': 'medium',
        'coupon': 'fact',
        'region': 'fact',
        'city': 'fact',
        'language': 'fact',
    }) }}
{%- endmacro %}

{#- Whether a row of channel_rules (rules) applies to a source (sources, with its category):
    every field that the rule fills must match; an empty field matches anything. Names are
    compared in ASCII lower case. -#}
{% macro channel_rule_holds() -%}
    (rules.source_category is null or rules.source_category = sources.source_category)
    {%- for field in ['source', 'medium', 'campaign'] %}
    and (
        rules.{{ field }}_pattern is null
        or {{ sessions.regexp_like_column(
            'sources.channel_' ~ field, 'rules.' ~ field ~ '_pattern'
        ) }}
    )
    {%- endfor %}
{%- endmacro %}

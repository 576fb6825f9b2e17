{#- Whether a row of channel_rules (rules) holds for a source (sources, with its
    category): all that the rule says, and what it leaves empty matches anything.
    Names are compared in ASCII lower case. -#}
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

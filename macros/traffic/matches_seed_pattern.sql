{#- Whether a text matches a pattern of a seed. The literal that every match contains is
    searched for first: that spares all but a few regular expressions, which are slow.

    text: a SQL expression.
    patterns: a relation with the columns literal and pattern. -#}
{% macro matches_seed_pattern(text, patterns) -%}
    case
        when {{ dbt.position(patterns ~ '.literal', text) }} > 0
            then {{ sessions.regexp_like_column(text, patterns ~ '.pattern') }}
        else false
    end
{%- endmacro %}

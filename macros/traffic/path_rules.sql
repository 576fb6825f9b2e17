{#- The rules of path_rules and own_path_rules: patterns of paths, in which * stands for a
    part of a segment, ** for anything and # for a number. A path has no ? and no #. -#}


{#- The regular expression of a pattern, in which each of * and its like is a group.

    pattern: a SQL expression. -#}
{% macro path_pattern(pattern) -%}
    {%- set ns = namespace(text=pattern) -%}
    {%- for character in ['\\', '.', '+', '(', ')', '[', ']', '{', '}', '^', '$', '|'] -%}
        {%- set ns.text = sessions.replaced_text(ns.text, character, '\\' ~ character) -%}
    {%- endfor -%}
    {%- for wildcard, group in [
        ('**', '?'), ('*', '([^/]+)'), ('#', '([0-9]+)'), ('?', '([^?]*)'),
    ] -%}
        {%- set ns.text = sessions.replaced_text(ns.text, wildcard, group) -%}
    {%- endfor -%}
    '^' || {{ ns.text }} || '$'
{%- endmacro %}


{#- What stands in a pattern before the first of * and its like: a path that matches begins
    with it, which is sooner found out than whether it matches.

    pattern: a SQL expression. -#}
{% macro path_beginning(pattern) -%}
    coalesce({{ sessions.split_text(
        sessions.replaced_text(pattern, '#', '*'), "'*'", 1
    ) }}, '')
{%- endmacro %}


{#- The replacement of a rule as regexp_replace_column reads it.

    replacement: a SQL expression. -#}
{% macro path_replacement(replacement) -%}
    {%- set ns = namespace(
        text=sessions.replaced_text(replacement, '\\', '\\\\')
    ) -%}
    {%- for number in range(1, 10) -%}
        {%- set ns.text = sessions.replaced_text(
            ns.text, '$' ~ number, sessions.reference_to_group(number)
        ) -%}
    {%- endfor -%}
    {{ ns.text }}
{%- endmacro %}


{#- A SQL expression for a text in which another one stands in place of each occurrence of a
    text.

    text: a SQL expression.
    before, after: texts. -#}
{% macro replaced_text(text, before, after) -%}
    {{ return(
        'replace(' ~ text ~ ', ' ~ sessions.quote_literal(before) ~ ', '
        ~ sessions.quote_literal(after) ~ ')'
    ) }}
{%- endmacro %}


{#- Whether a path matches a rule.

    path: a SQL expression.
    rules: a relation with the columns of stg_seeds__path_rules. -#}
{% macro matches_path_rule(path, rules) -%}
    case
        when
            substring({{ path }}, 1, length({{ rules }}.path_beginning))
            = {{ rules }}.path_beginning
            then {{ sessions.regexp_like_column(path, rules ~ '.path_pattern') }}
        else false
    end
{%- endmacro %}

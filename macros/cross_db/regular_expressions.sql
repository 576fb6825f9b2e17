{#- The part of a text that a group of a regular expression matches, null for none. Use
    only what RE2, Java and PostgreSQL share: no \b, look-around, lazy or inline flags. -#}
{% macro matched_group(text, pattern, group) -%}
    {{ return(adapter.dispatch('matched_group', 'sessions')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__matched_group(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{% macro postgres__matched_group(text, pattern, group) -%}
    nullif((regexp_match({{ text }}, '{{ pattern }}'))[{{ group }}], '')
{%- endmacro %}

{% macro spark__matched_group(text, pattern, group) -%}
    nullif(regexp_extract(
        {{- text }}, {{ sessions.spark__pattern_literal(pattern) }}, {{ group -}}
    ), '')
{%- endmacro %}


{#- A text without what a regular expression matches in it. -#}
{% macro without_matches(text, pattern) -%}
    {{ return(adapter.dispatch('without_matches', 'sessions')(text, pattern)) }}
{%- endmacro %}

{% macro default__without_matches(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}

{% macro spark__without_matches(text, pattern) -%}
    regexp_replace({{ text }}, {{ sessions.spark__pattern_literal(pattern) }}, '')
{%- endmacro %}


{#- Whether a regular expression matches anywhere in a text. -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'sessions')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    ({{ text }} rlike {{ sessions.spark__pattern_literal(pattern) }})
{%- endmacro %}


{#- The same, the pattern being a column. -#}
{% macro matches_column(text, column) -%}
    {{ return(adapter.dispatch('matches_column', 'sessions')(text, column)) }}
{%- endmacro %}

{% macro default__matches_column(text, column) -%}
    regexp_matches({{ text }}, {{ column }})
{%- endmacro %}

{% macro postgres__matches_column(text, column) -%}
    ({{ text }} ~ {{ column }})
{%- endmacro %}

{% macro spark__matches_column(text, column) -%}
    ({{ text }} rlike {{ column }})
{%- endmacro %}


{#- A pattern between quotes, where a backslash in a text has to be written twice. -#}
{% macro spark__pattern_literal(pattern) -%}
    '{{ pattern | replace('\\', '\\\\') }}'
{%- endmacro %}

{#- The part of a text that a group of a regular expression matches, null without a match.
    Use only what RE2, Java and PostgreSQL share: no \b, look-around, lazy quantifiers or
    inline flags. -#}
{% macro regexp_extract(text, pattern, group) -%}
    {{ return(adapter.dispatch('regexp_extract', 'sessions')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__regexp_extract(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{% macro postgres__regexp_extract(text, pattern, group) -%}
    nullif((regexp_match({{ text }}, '{{ pattern }}'))[{{ group }}], '')
{%- endmacro %}

{% macro spark__regexp_extract(text, pattern, group) -%}
    nullif(regexp_extract(
        {{- text }}, {{ sessions.pattern_in_backslashes(pattern) }}, {{ group -}}
    ), '')
{%- endmacro %}

{% macro snowflake__regexp_extract(text, pattern, group) -%}
    nullif(regexp_substr(
        {{- text }}, {{ sessions.pattern_in_backslashes(pattern) }}, 1, 1, 'e', {{ group -}}
    ), '')
{%- endmacro %}

{% macro bigquery__regexp_extract(text, pattern, group) -%}
    nullif(regexp_extract(
        {{- text }}, r'{{ sessions.with_one_group(pattern, group) }}'
    ), '')
{%- endmacro %}

{#- The flag e returns the first group of the pattern; p enables Perl syntax, which has
    non-capturing groups. -#}
{% macro redshift__regexp_extract(text, pattern, group) -%}
    nullif(regexp_substr(
        {{- text }}, {{ sessions.pattern_in_backslashes(
            sessions.with_one_group(pattern, group)
        ) }}, 1, 1, 'ep'
    ), '')
{%- endmacro %}

{% macro trino__regexp_extract(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}

{% macro clickhouse__regexp_extract(text, pattern, group) -%}
    nullif(regexpExtract(
        {{- text }}, {{ sessions.pattern_in_backslashes(pattern) }}, {{ group -}}
    ), '')
{%- endmacro %}


{#- A text without the matches of a regular expression. -#}
{% macro regexp_remove(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_remove', 'sessions')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '', 'g')
{%- endmacro %}

{% macro spark__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }}, '')
{%- endmacro %}

{% macro snowflake__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }}, '')
{%- endmacro %}

{% macro bigquery__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '')
{%- endmacro %}

{% macro redshift__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }}, '', 1, 'p')
{%- endmacro %}

{% macro trino__regexp_remove(text, pattern) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '')
{%- endmacro %}

{% macro clickhouse__regexp_remove(text, pattern) -%}
    replaceRegexpAll({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }}, '')
{%- endmacro %}


{#- Whether a regular expression matches anywhere in a text. -#}
{% macro regexp_like(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_like', 'sessions')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_like(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__regexp_like(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}

{% macro spark__regexp_like(text, pattern) -%}
    ({{ text }} rlike {{ sessions.pattern_in_backslashes(pattern) }})
{%- endmacro %}

{#- Snowflake's regexp_like matches the whole text. -#}
{% macro snowflake__regexp_like(text, pattern) -%}
    (regexp_instr({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }}) > 0)
{%- endmacro %}

{% macro bigquery__regexp_like(text, pattern) -%}
    regexp_contains({{ text }}, r'{{ pattern }}')
{%- endmacro %}

{% macro redshift__regexp_like(text, pattern) -%}
    (regexp_instr(
        {{- text }}, {{ sessions.pattern_in_backslashes(pattern) }}, 1, 1, 0, 'p'
    ) > 0)
{%- endmacro %}

{% macro trino__regexp_like(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro clickhouse__regexp_like(text, pattern) -%}
    match({{ text }}, {{ sessions.pattern_in_backslashes(pattern) }})
{%- endmacro %}


{#- The same, with the pattern in a column. -#}
{% macro regexp_like_column(text, column) -%}
    {{ return(adapter.dispatch('regexp_like_column', 'sessions')(text, column)) }}
{%- endmacro %}

{% macro default__regexp_like_column(text, column) -%}
    regexp_matches({{ text }}, {{ column }})
{%- endmacro %}

{% macro postgres__regexp_like_column(text, column) -%}
    ({{ text }} ~ {{ column }})
{%- endmacro %}

{% macro spark__regexp_like_column(text, column) -%}
    ({{ text }} rlike {{ column }})
{%- endmacro %}

{% macro snowflake__regexp_like_column(text, column) -%}
    (regexp_instr({{ text }}, {{ column }}) > 0)
{%- endmacro %}

{% macro bigquery__regexp_like_column(text, column) -%}
    regexp_contains({{ text }}, {{ column }})
{%- endmacro %}

{% macro redshift__regexp_like_column(text, column) -%}
    (regexp_instr({{ text }}, {{ column }}, 1, 1, 0, 'p') > 0)
{%- endmacro %}

{% macro trino__regexp_like_column(text, column) -%}
    regexp_like({{ text }}, {{ column }})
{%- endmacro %}

{% macro clickhouse__regexp_like_column(text, column) -%}
    match({{ text }}, {{ column }})
{%- endmacro %}


{#- A text in which another one stands in place of what a regular expression in a column
    matches. What its groups match is written as reference_to_group says, and a backslash
    twice. -#}
{% macro regexp_replace_column(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_column', 'sessions')(
        text, pattern, replacement
    )) }}
{%- endmacro %}

{% macro default__regexp_replace_column(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }})
{%- endmacro %}

{#- The flag p enables Perl syntax. -#}
{% macro redshift__regexp_replace_column(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 1, 'p')
{%- endmacro %}

{% macro clickhouse__regexp_replace_column(text, pattern, replacement) -%}
    replaceRegexpOne({{ text }}, {{ pattern }}, {{ replacement }})
{%- endmacro %}


{#- What stands in a replacement for that which a group matches.

    number: the number of the group. -#}
{% macro reference_to_group(number) -%}
    {{ return(adapter.dispatch('reference_to_group', 'sessions')(number)) }}
{%- endmacro %}

{% macro default__reference_to_group(number) -%}
    {{ return('\\' ~ number) }}
{%- endmacro %}

{% macro spark__reference_to_group(number) -%}
    {{ return('$' ~ number) }}
{%- endmacro %}

{% macro redshift__reference_to_group(number) -%}
    {{ return('$' ~ number) }}
{%- endmacro %}

{% macro trino__reference_to_group(number) -%}
    {{ return('$' ~ number) }}
{%- endmacro %}


{#- A quoted pattern, for engines where a backslash in a string literal is written twice. -#}
{% macro pattern_in_backslashes(pattern) -%}
    '{{ pattern | replace('\\', '\\\\') }}'
{%- endmacro %}


{#- A pattern in which only one group captures.

    group: its number, counted by opening parentheses. -#}
{% macro with_one_group(pattern, group) -%}
    {%- set ns = namespace(number=0, is_escaped=false, in_class=false) -%}
    {%- for letter in pattern -%}
        {{ letter }}
        {%- if ns.is_escaped -%}
            {%- set ns.is_escaped = false -%}
        {%- elif letter == '\\' -%}
            {%- set ns.is_escaped = true -%}
        {%- elif letter in '[]' -%}
            {%- set ns.in_class = letter == '[' -%}
        {%- elif letter == '(' and not ns.in_class -%}
            {%- set ns.number = ns.number + 1 -%}
            {{ '?:' if ns.number != group }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Text, compared and case-folded in the same way on every engine. -#}


{#- Text, or null where it is empty: trackers never send an empty string as a value. -#}
{% macro text_or_null(column) -%}
    nullif(cast({{ column }} as {{ sessions.type_text() }}), '')
{%- endmacro %}


{#- A text of the settings as a quoted SQL literal. -#}
{% macro quote_literal(text) -%}
    {{ return(adapter.dispatch('quote_literal', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__quote_literal(text) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(text)) }}
{%- endmacro %}

{#- A backslash in a string literal is written twice here. -#}
{% macro spark__quote_literal(text) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(text | replace('\\', '\\\\'))) }}
{%- endmacro %}

{% macro snowflake__quote_literal(text) -%}
    {{ return(sessions.spark__quote_literal(text)) }}
{%- endmacro %}

{% macro bigquery__quote_literal(text) -%}
    {{ return(sessions.spark__quote_literal(text)) }}
{%- endmacro %}

{% macro redshift__quote_literal(text) -%}
    {{ return(sessions.spark__quote_literal(text)) }}
{%- endmacro %}

{% macro clickhouse__quote_literal(text) -%}
    {{ return(sessions.spark__quote_literal(text)) }}
{%- endmacro %}


{#- Whether a text is like a pattern, in which % stands for any characters and everything
    else for itself. -#}
{% macro is_like(text, pattern) -%}
    {%- set escaped = pattern | replace('\\', '\\\\') | replace('_', '\\_') -%}
    {{ text }} like {{ sessions.quote_literal(escaped) }}
    {{- ' ' ~ sessions.like_escape() if '\\' in escaped }}
{%- endmacro %}


{#- What follows a pattern of like in which a backslash escapes. -#}
{% macro like_escape() -%}
    {{ return(adapter.dispatch('like_escape', 'sessions')()) }}
{%- endmacro %}

{% macro default__like_escape() -%}
    escape {{ sessions.quote_literal('\\') }}
{%- endmacro %}

{#- These know no other escape, and no word for it. -#}
{% macro bigquery__like_escape() -%}
{%- endmacro %}

{% macro clickhouse__like_escape() -%}
{%- endmacro %}


{#- One part of a text between delimiters, counted from 1; a missing part is an empty text
    on some engines and null on others.

    delimiter: a SQL expression. -#}
{% macro split_text(text, delimiter, number) -%}
    {{ return(adapter.dispatch('split_text', 'sessions')(text, delimiter, number)) }}
{%- endmacro %}

{% macro default__split_text(text, delimiter, number) -%}
    {{ dbt.split_part(text, delimiter, number) }}
{%- endmacro %}

{#- dbt's own split_part fails on Spark where there are fewer parts. -#}
{% macro spark__split_text(text, delimiter, number) -%}
    split_part({{ text }}, {{ delimiter }}, {{ number }})
{%- endmacro %}


{#- Lower case for A to Z only. Engines differ in how they fold other letters, and a source
    must not differ between engines. -#}
{% macro lower_ascii(text) -%}
    {{ return(adapter.dispatch('lower_ascii', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__lower_ascii(text) -%}
    translate(
        {{- text }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}

{#- ClickHouse's lower() folds ASCII only. -#}
{% macro clickhouse__lower_ascii(text) -%}
    lower({{ text }})
{%- endmacro %}

{#- In DuckDB translate() is slow and lower() fast. A text with as many bytes as characters
    is ASCII, where both return the same. -#}
{% macro duckdb__lower_ascii(text) -%}
    case
        when strlen({{ text }}) = length({{ text }}) then lower({{ text }})
        else {{ sessions.default__lower_ascii(text) }}
    end
{%- endmacro %}


{#- Upper case for A to Z only. -#}
{% macro upper_ascii(text) -%}
    {{ return(adapter.dispatch('upper_ascii', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__upper_ascii(text) -%}
    translate(
        {{- text }}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    )
{%- endmacro %}

{% macro clickhouse__upper_ascii(text) -%}
    upper({{ text }})
{%- endmacro %}

{#- As for lower_ascii. -#}
{% macro duckdb__upper_ascii(text) -%}
    case
        when strlen({{ text }}) = length({{ text }}) then upper({{ text }})
        else {{ sessions.default__upper_ascii(text) }}
    end
{%- endmacro %}


{#- A text to sort by, byte by byte, whatever the collation of the database. -#}
{% macro collate_binary(text) -%}
    {{ return(adapter.dispatch('collate_binary', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__collate_binary(text) -%}
    {{ text }}
{%- endmacro %}

{% macro postgres__collate_binary(text) -%}
    {{ text }} collate "C"
{%- endmacro %}

{#- Redshift always sorts by bytes. -#}
{% macro redshift__collate_binary(text) -%}
    {{ text }}
{%- endmacro %}


{#- The contents of an order by that compares columns as text, byte by byte, one after the
    other; a null sorts as an empty text.

    relation: the relation of the columns. -#}
{% macro text_order(relation, columns) -%}
    {%- for column in columns -%}
        {{ sessions.collate_binary(
            "coalesce(cast(" ~ relation ~ '.' ~ column ~ ' as ' ~ sessions.type_text() ~ "), '')"
        ) }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- A text without blanks and control characters at its ends; null if nothing is left. -#}
{% macro trimmed(text) -%}
    {%- set characters = (
        '\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c'
        ~ '\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018'
        ~ '\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u0020'
        ~ '\u007f'
    ) -%}
    {{ return(adapter.dispatch('trimmed', 'sessions')(text, characters)) }}
{%- endmacro %}

{% macro default__trimmed(text, characters) -%}
    nullif(trim({{ text }}, '{{ characters }}'), '')
{%- endmacro %}

{#- DuckDB's trim costs a microsecond, many times as much as a look at both ends of a text:
    most begin and end with printable ASCII, between ! and ~. -#}
{% macro duckdb__trimmed(text, characters) -%}
    case
        when {{ text }} between '!' and '~' and substr({{ text }}, -1) between '!' and '~'
            then {{ text }}
        else {{ sessions.default__trimmed(text, characters) }}
    end
{%- endmacro %}

{% macro postgres__trimmed(text, characters) -%}
    nullif(btrim({{ text }}, '{{ characters }}'), '')
{%- endmacro %}

{% macro spark__trimmed(text, characters) -%}
    nullif(trim(both '{{ characters }}' from {{ text }}), '')
{%- endmacro %}

{% macro trino__trimmed(text, characters) -%}
    nullif(trim(both '{{ characters }}' from {{ text }}), '')
{%- endmacro %}

{% macro clickhouse__trimmed(text, characters) -%}
    nullif(trim(both '{{ characters }}' from {{ text }}), '')
{%- endmacro %}

{#- A literal of BigQuery holds no line ends: they are escaped. -#}
{% macro bigquery__trimmed(text, characters) -%}
    {%- set escaped = characters | replace('\n', '\\n') | replace('\r', '\\r') -%}
    nullif(trim({{ text }}, '{{ escaped }}'), '')
{%- endmacro %}

{#- Text, compared and folded the same way on every engine. -#}


{#- Text, or null where it is empty: no tracker means an empty string to say anything. -#}
{% macro text_or_null(column) -%}
    nullif(cast({{ column }} as {{ sessions.type_text() }}), '')
{%- endmacro %}


{#- A text of the settings as it stands in SQL, quoted. -#}
{% macro quote_literal(text) -%}
    {{ return(adapter.dispatch('quote_literal', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__quote_literal(text) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(text)) }}
{%- endmacro %}

{#- Here a backslash in a text has to be written twice. -#}
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


{#- One of the parts of a text between delimiters, counted from 1; of parts that are not
    there, an empty text on some engines and null on others.

    delimiter: a SQL expression. -#}
{% macro split_text(text, delimiter, number) -%}
    {{ return(adapter.dispatch('split_text', 'sessions')(text, delimiter, number)) }}
{%- endmacro %}

{% macro default__split_text(text, delimiter, number) -%}
    {{ dbt.split_part(text, delimiter, number) }}
{%- endmacro %}

{#- What dbt writes fails here where there are fewer parts. -#}
{% macro spark__split_text(text, delimiter, number) -%}
    split_part({{ text }}, {{ delimiter }}, {{ number }})
{%- endmacro %}


{#- Lower case for A to Z only. Engines fold other letters each in their own way, and a
    source must not differ between them. -#}
{% macro lower_ascii(text) -%}
    {{ return(adapter.dispatch('lower_ascii', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__lower_ascii(text) -%}
    translate(
        {{- text }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
    )
{%- endmacro %}

{#- ClickHouse lowers ASCII only; another function is for other letters. -#}
{% macro clickhouse__lower_ascii(text) -%}
    lower({{ text }})
{%- endmacro %}

{#- DuckDB translates slowly and lowers fast. A text of as many bytes as letters is ASCII,
    and lower does the same to it. -#}
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


{#- A text to order by, byte by byte, whatever the collation of the database. -#}
{% macro collate_binary(text) -%}
    {{ return(adapter.dispatch('collate_binary', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__collate_binary(text) -%}
    {{ text }}
{%- endmacro %}

{% macro postgres__collate_binary(text) -%}
    {{ text }} collate "C"
{%- endmacro %}

{#- Redshift knows no other order. -#}
{% macro redshift__collate_binary(text) -%}
    {{ text }}
{%- endmacro %}


{#- The contents of an order by that compares columns as text, byte by byte, one after the
    other; a null is an empty text.

    relation: the name in front of each column. -#}
{% macro text_order(relation, columns) -%}
    {%- for column in columns -%}
        {{ sessions.collate_binary(
            "coalesce(cast(" ~ relation ~ '.' ~ column ~ ' as ' ~ sessions.type_text() ~ "), '')"
        ) }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

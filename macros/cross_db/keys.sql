{#- A surrogate key of 128 bits, made of columns, narrow enough to sort and join by, and the
    same on every engine. Each column is preceded by its length, so that ('a', 'bc') and
    ('ab', 'c') differ. A null counts as an empty text.

    columns: SQL expressions of type text. -#}
{% macro surrogate_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(sessions.length_of_part(column)) -%}
        {%- do parts.append("':'") -%}
        {%- do parts.append("coalesce(" ~ column ~ ", '')") -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('surrogate_key', 'sessions')(parts)) }}
{%- endmacro %}

{% macro default__surrogate_key(parts) -%}
    cast(md5(concat({{ parts | join(', ') }})) as uuid)
{%- endmacro %}

{#- Sixteen bytes: Spark has no UUID type, and its text is twice as long to sort by. -#}
{% macro spark__surrogate_key(parts) -%}
    unhex(md5(concat({{ parts | join(', ') }})))
{%- endmacro %}

{#- Sixteen bytes here too. -#}
{% macro snowflake__surrogate_key(parts) -%}
    md5_binary(concat({{ parts | join(', ') }}))
{%- endmacro %}

{% macro bigquery__surrogate_key(parts) -%}
    md5(concat({{ parts | join(', ') }}))
{%- endmacro %}

{% macro trino__surrogate_key(parts) -%}
    md5(to_utf8(concat({{ parts | join(', ') }})))
{%- endmacro %}

{#- Redshift joins and sorts by text; bytes cannot be a distribution key. -#}
{% macro redshift__surrogate_key(parts) -%}
    md5({{ parts | join(' || ') }})
{%- endmacro %}

{#- A UUID read from bytes would have its halves swapped. -#}
{% macro clickhouse__surrogate_key(parts) -%}
    toUUID(UUIDNumToString(MD5(concat({{ parts | join(', ') }}))))
{%- endmacro %}


{#- The number of characters of a text, 0 for null, in a type that concat accepts. -#}
{% macro length_of_part(column) -%}
    {{ return(adapter.dispatch('length_of_part', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__length_of_part(column) -%}
    coalesce(length({{ column }}), 0)
{%- endmacro %}

{#- These concatenate only texts. -#}
{% macro bigquery__length_of_part(column) -%}
    cast(coalesce(length({{ column }}), 0) as string)
{%- endmacro %}

{% macro redshift__length_of_part(column) -%}
    cast(coalesce(length({{ column }}), 0) as varchar(10))
{%- endmacro %}

{% macro trino__length_of_part(column) -%}
    cast(coalesce(length({{ column }}), 0) as varchar)
{%- endmacro %}

{#- ClickHouse's length counts bytes. -#}
{% macro clickhouse__length_of_part(column) -%}
    toString(coalesce(char_length({{ column }}), 0))
{%- endmacro %}


{#- A surrogate key as text: 36 characters, lower case, hyphens as in a UUID. -#}
{% macro key_to_text(key) -%}
    {{ return(adapter.dispatch('key_to_text', 'sessions')(key)) }}
{%- endmacro %}

{% macro default__key_to_text(key) -%}
    cast({{ key }} as {{ sessions.type_text() }})
{%- endmacro %}

{% macro spark__key_to_text(key) -%}
    concat_ws(
        '-',
        {%- for start, length in [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)] %}
        substring(lower(hex({{ key }})), {{ start }}, {{ length }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro snowflake__key_to_text(key) -%}
    {{ sessions.digits_as_uuid('hex_encode(' ~ key ~ ', 0)') }}
{%- endmacro %}

{% macro bigquery__key_to_text(key) -%}
    {{ sessions.digits_as_uuid('to_hex(' ~ key ~ ')') }}
{%- endmacro %}

{% macro redshift__key_to_text(key) -%}
    {{ sessions.digits_as_uuid(key) }}
{%- endmacro %}

{% macro trino__key_to_text(key) -%}
    {{ sessions.digits_as_uuid('lower(to_hex(' ~ key ~ '))') }}
{%- endmacro %}

{% macro clickhouse__key_to_text(key) -%}
    toString({{ key }})
{%- endmacro %}


{#- 32 digits in lower case with hyphens between them. -#}
{% macro digits_as_uuid(digits) -%}
    (
        {%- for start, length in [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)] %}
        substring({{ digits }}, {{ start }}, {{ length }})
        {{- " || '-' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- The reverse: a surrogate key from its text. -#}
{% macro text_to_key(text) -%}
    {{ return(adapter.dispatch('text_to_key', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__text_to_key(text) -%}
    cast({{ text }} as uuid)
{%- endmacro %}

{% macro spark__text_to_key(text) -%}
    unhex(replace({{ text }}, '-', ''))
{%- endmacro %}

{% macro snowflake__text_to_key(text) -%}
    hex_decode_binary(replace({{ text }}, '-', ''))
{%- endmacro %}

{% macro bigquery__text_to_key(text) -%}
    from_hex(replace({{ text }}, '-', ''))
{%- endmacro %}

{% macro redshift__text_to_key(text) -%}
    replace({{ text }}, '-', '')
{%- endmacro %}

{% macro trino__text_to_key(text) -%}
    from_hex(replace({{ text }}, '-', ''))
{%- endmacro %}

{% macro clickhouse__text_to_key(text) -%}
    toUUID({{ text }})
{%- endmacro %}


{#- A null of the type of keys. -#}
{% macro null_key() -%}
    {{ return(adapter.dispatch('null_key', 'sessions')()) }}
{%- endmacro %}

{% macro default__null_key() -%}
    cast(null as uuid)
{%- endmacro %}

{% macro spark__null_key() -%}
    cast(null as binary)
{%- endmacro %}

{% macro snowflake__null_key() -%}
    cast(null as binary(16))
{%- endmacro %}

{% macro bigquery__null_key() -%}
    cast(null as bytes)
{%- endmacro %}

{% macro redshift__null_key() -%}
    cast(null as varchar(32))
{%- endmacro %}

{% macro trino__null_key() -%}
    cast(null as varbinary)
{%- endmacro %}

{% macro clickhouse__null_key() -%}
    cast(null as Nullable(UUID))
{%- endmacro %}


{#- The key of an event, independent of its visitor: event ids are unique per site.

    relation: prefix of each column, such as `events.`. -#}
{% macro event_key(relation='') -%}
    {{ sessions.surrogate_key([relation ~ 'site_id', relation ~ 'event_id']) }}
{%- endmacro %}


{#- The key of the session that an event opens. It includes event_at: where another delivery
    replaces the event, the session that opens then is another one. -#}
{% macro session_key() -%}
    {{ sessions.surrogate_key([
        sessions.key_to_text('visitor_key'),
        sessions.key_to_text('event_key'),
        'cast(' ~ sessions.microseconds_since_1970('event_at') ~ ' as '
        ~ sessions.type_text() ~ ')',
    ]) }}
{%- endmacro %}

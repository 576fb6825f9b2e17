{#- A key of 128 bits made of columns, narrow enough to sort and join by, and the same on
    every engine. Each column is written with its length in front, so that ('a', 'bc')
    and ('ab', 'c') differ. A null counts as an empty text.

    columns: SQL expressions of type text. -#}
{% macro identity_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(length(" ~ column ~ "), 0)") -%}
        {%- do parts.append("':'") -%}
        {%- do parts.append("coalesce(" ~ column ~ ", '')") -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('identity_key', 'sessions')(parts)) }}
{%- endmacro %}

{% macro default__identity_key(parts) -%}
    cast(md5(concat({{ parts | join(', ') }})) as uuid)
{%- endmacro %}

{#- Sixteen bytes: a UUID is no type here, and its text is twice as long to sort by. -#}
{% macro spark__identity_key(parts) -%}
    unhex(md5(concat({{ parts | join(', ') }})))
{%- endmacro %}


{#- An identity key as text: 36 characters, lower case, hyphens as in a UUID. -#}
{% macro key_as_text(key) -%}
    {{ return(adapter.dispatch('key_as_text', 'sessions')(key)) }}
{%- endmacro %}

{% macro default__key_as_text(key) -%}
    cast({{ key }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro spark__key_as_text(key) -%}
    concat_ws(
        '-',
        {%- for start, length in [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)] %}
        substring(lower(hex({{ key }})), {{ start }}, {{ length }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- The reverse: an identity key from its text. -#}
{% macro key_from_text(text) -%}
    {{ return(adapter.dispatch('key_from_text', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__key_from_text(text) -%}
    cast({{ text }} as uuid)
{%- endmacro %}

{% macro spark__key_from_text(text) -%}
    unhex(replace({{ text }}, '-', ''))
{%- endmacro %}


{#- No key, of the type of keys. -#}
{% macro null_key() -%}
    {{ return(adapter.dispatch('null_key', 'sessions')()) }}
{%- endmacro %}

{% macro default__null_key() -%}
    cast(null as uuid)
{%- endmacro %}

{% macro spark__null_key() -%}
    cast(null as binary)
{%- endmacro %}


{#- The key of an event, whoever's it is: events of a site have ids of their own.

    relation: what stands in front of each column, such as `events.`. -#}
{% macro event_key(relation='') -%}
    {{ sessions.identity_key([relation ~ 'site_id', relation ~ 'event_id']) }}
{%- endmacro %}


{#- The key of the session that an event opens. The moment belongs to it: where another
    delivery takes the place of an event, the session that opens then is another one. -#}
{% macro session_key() -%}
    {{ sessions.identity_key([
        sessions.key_as_text('visitor_key'),
        sessions.key_as_text('event_key'),
        'cast(' ~ sessions.microseconds_since_1970('event_at') ~ ' as '
        ~ dbt.type_string() ~ ')',
    ]) }}
{%- endmacro %}

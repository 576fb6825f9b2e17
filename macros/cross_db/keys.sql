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


{#- An identity key as text: 36 characters, lower case, hyphens as in a UUID. -#}
{% macro key_as_text(key) -%}
    {{ return(adapter.dispatch('key_as_text', 'sessions')(key)) }}
{%- endmacro %}

{% macro default__key_as_text(key) -%}
    cast({{ key }} as {{ dbt.type_string() }})
{%- endmacro %}

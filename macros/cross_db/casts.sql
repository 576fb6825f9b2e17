{#- A value as another type, null where it cannot be one: one bad row stops no build. -#}
{% macro cast_or_null(value, type) -%}
    {{ return(adapter.dispatch('cast_or_null', 'sessions')(value, type)) }}
{%- endmacro %}

{% macro default__cast_or_null(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro postgres__cast_or_null(value, type) -%}
    cast({{ value }} as {{ type }})
{%- endmacro %}

{% macro bigquery__cast_or_null(value, type) -%}
    safe_cast({{ value }} as {{ type }})
{%- endmacro %}


{#- A whole number of 64 bits; null where it is none. -#}
{% macro whole_number(column) -%}
    {{ sessions.cast_or_null(column, dbt.type_bigint()) }}
{%- endmacro %}


{#- An amount of money with its cents; null where it is none. -#}
{% macro amount(column) -%}
    {{ sessions.cast_or_null(column, 'decimal(18, 2)') }}
{%- endmacro %}


{#- Whether two values are equal, or both null. -#}
{% macro is_same(one, other) -%}
    {{ return(adapter.dispatch('is_same', 'sessions')(one, other)) }}
{%- endmacro %}

{% macro default__is_same(one, other) -%}
    ({{ one }} is not distinct from {{ other }})
{%- endmacro %}

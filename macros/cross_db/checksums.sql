{#- The checksum of the load to which a row belongs, as text: how many rows it has, and the
    sum of their hashes, whatever their order. Two loads with the same checksum have the same
    rows. After an upgrade of the warehouse its hashes may differ: all loads are then read
    again once.

    columns: the columns of the source that the staging model reads, as a list.
    load: a SQL expression that the rows of a load share, such as their day. -#}
{% macro checksum_of_load(columns, load) -%}
    concat(
        cast(count(*) over (partition by {{ load }}) as {{ sessions.type_text() }}),
        '-',
        cast(
            sum({{ sessions.row_checksum(columns) }}) over (partition by {{ load }})
            as {{ sessions.type_text() }}
        )
    )
{%- endmacro %}


{#- A hash of a row as a number of a type whose sum does not overflow.

    columns: see checksum_of_load. -#}
{% macro row_checksum(columns) -%}
    {{ return(adapter.dispatch('row_checksum', 'sessions')(columns)) }}
{%- endmacro %}

{% macro default__row_checksum(columns) -%}
    cast(
        from_big_endian_64(xxhash64(to_utf8({{ sessions.row_text(columns) }})))
        as decimal(38, 0)
    )
{%- endmacro %}

{% macro duckdb__row_checksum(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro postgres__row_checksum(columns) -%}
    cast(hashtextextended({{ sessions.row_text(columns) }}, 0) as numeric)
{%- endmacro %}

{% macro redshift__row_checksum(columns) -%}
    cast(fnv_hash({{ sessions.row_text(columns) }}) as numeric(38, 0))
{%- endmacro %}

{% macro spark__row_checksum(columns) -%}
    cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro snowflake__row_checksum(columns) -%}
    cast(hash({{ columns | join(', ') }}) as number(38, 0))
{%- endmacro %}

{% macro bigquery__row_checksum(columns) -%}
    cast(farm_fingerprint({{ sessions.row_text(columns) }}) as numeric)
{%- endmacro %}

{% macro clickhouse__row_checksum(columns) -%}
    cast(cityHash64({{ sessions.row_text(columns) }}) as Decimal(38, 0))
{%- endmacro %}


{#- The values of a row as one text in which each has its place.

    columns: see checksum_of_load. -#}
{% macro row_text(columns) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append('coalesce(' ~ sessions.nested_as_text(column) ~ ", '')") -%}
    {%- endfor -%}
    {{ return(texts | join(" || '|' || ")) }}
{%- endmacro %}

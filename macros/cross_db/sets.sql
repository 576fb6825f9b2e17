{#- Rows compared with the rows of a query. -#}


{#- Whether values are together a row of a relation that has columns of their names.

    columns: the values: SQL expressions.
    names: the columns of the relation, in the same order.
    relation: its name. -#}
{% macro is_row_of(columns, names, relation) -%}
    {{ return(adapter.dispatch('is_row_of', 'sessions')(
        columns | join(', '), names | join(', '), relation
    )) }}
{%- endmacro %}

{% macro default__is_row_of(columns, names, relation) -%}
    ({{ columns }}) in (select {{ names }} from {{ relation }})
{%- endmacro %}

{#- These compare one value: a row is one. -#}
{% macro bigquery__is_row_of(columns, names, relation) -%}
    ({{ columns }}) in (select ({{ names }}) from {{ relation }})
{%- endmacro %}

{% macro trino__is_row_of(columns, names, relation) -%}
    ({{ columns }}) in (select ({{ names }}) from {{ relation }})
{%- endmacro %}


{#- The columns of a query that reads itself, behind its name; some engines ask for them. -#}
{% macro named_columns(columns) -%}
    {{ return(adapter.dispatch('named_columns', 'sessions')(columns)) }}
{%- endmacro %}

{% macro default__named_columns(columns) -%}
    ({{ columns | join(', ') }})
{%- endmacro %}

{#- BigQuery has no such list. -#}
{% macro bigquery__named_columns(columns) -%}
{%- endmacro %}

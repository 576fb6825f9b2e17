{#- Comparisons with the rows of a query. -#}


{#- Whether a tuple of values is a row of a relation, as a semi-join.

    columns: the values: SQL expressions.
    names: the columns of the relation, in the same order.
    relation: its name. -#}
{% macro tuple_in(columns, names, relation) -%}
    {{ return(adapter.dispatch('tuple_in', 'sessions')(
        columns | join(', '), names | join(', '), relation
    )) }}
{%- endmacro %}

{% macro default__tuple_in(columns, names, relation) -%}
    ({{ columns }}) in (select {{ names }} from {{ relation }})
{%- endmacro %}

{#- These compare single values: the row is one. -#}
{% macro bigquery__tuple_in(columns, names, relation) -%}
    ({{ columns }}) in (select ({{ names }}) from {{ relation }})
{%- endmacro %}

{% macro trino__tuple_in(columns, names, relation) -%}
    ({{ columns }}) in (select ({{ names }}) from {{ relation }})
{%- endmacro %}


{#- A query for the rows that only one of two relations has.

    columns: their columns, by name.
    one, other: the relations.
    decided_columns: columns that depend on the others: returned, but not compared. -#}
{% macro symmetric_difference(columns, one, other, decided_columns=[]) -%}
    {%- set columns, all_columns = (
        columns | join(', '), (columns + decided_columns) | join(', ')
    ) -%}
    select
        {{ columns }}
        {%- for column in decided_columns %},
        max({{ column }}) as {{ column }}
        {%- endfor %}
    from (
        select {{ all_columns }}, 1 as side from {{ one }}
        union all
        select {{ all_columns }}, 2 as side from {{ other }}
    ) as rows_of_both
    group by {{ columns }}
    having min(side) = max(side)
{%- endmacro %}


{#- The column list of a recursive CTE, after its name, which some engines require. -#}
{% macro recursive_cte_columns(columns) -%}
    {{ return(adapter.dispatch('recursive_cte_columns', 'sessions')(columns)) }}
{%- endmacro %}

{% macro default__recursive_cte_columns(columns) -%}
    ({{ columns | join(', ') }})
{%- endmacro %}

{#- BigQuery has no such list. -#}
{% macro bigquery__recursive_cte_columns(columns) -%}
{%- endmacro %}

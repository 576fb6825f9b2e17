{#- Rows with a null in one of several columns. One scan checks them all, so a view is
    computed once.

    columns: their names; none for those with the constraint not_null in the contract,
        unless the engine enforces it on write. -#}
{% test no_nulls(model, columns=none) %}

{{ config(enabled=columns is not none or not sessions.refuses_nulls()) }}
{%- set columns = columns or sessions.columns_without_nulls(model) %}
select {{ columns | join(', ') or 1 }}

from {{ model }}

where
    {%- for column in columns %}
    {{ column }} is null {{ 'or' if not loop.last }}
    {%- else %}
    false
    {%- endfor %}

{% endtest %}


{#- The columns of a model that have the constraint not_null, in order.

    relation: its table. -#}
{% macro columns_without_nulls(relation) -%}
    {%- set names = [] -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.relation_name == relation | string -%}
        {%- for column in node.columns.values()
            if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

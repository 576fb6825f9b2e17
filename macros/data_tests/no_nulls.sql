{#- Rows with a null in one of several columns; all are looked at in one reading, so a view
    is computed once.

    columns: their names. None: those of which the contract says that they hold no null,
        where the engine does not refuse one by itself when it writes. -#}
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

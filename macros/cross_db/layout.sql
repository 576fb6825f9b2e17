{#- How the rows of a long table lie in storage: those of one value of a column together,
    so that a query for few of its values skips the others. The end of a model.

    column: such as a calendar day. -#}
{% macro lie_together_by(column) -%}
    {{ return(adapter.dispatch('lie_together_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__lie_together_by(column) -%}
{%- endmacro %}

{#- DuckDB knows the bounds of each row group, of about 120,000 rows. -#}
{% macro duckdb__lie_together_by(column) -%}
    order by {{ column }}
{%- endmacro %}

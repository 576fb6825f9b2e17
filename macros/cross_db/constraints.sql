{#- Whether the engine rejects a null in a column with the constraint not_null on write, as
    verified by a test. Where it does not, the data test no_nulls checks. -#}
{% macro refuses_nulls() -%}
    {{ return(adapter.dispatch('refuses_nulls', 'sessions')()) }}
{%- endmacro %}

{% macro default__refuses_nulls() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro duckdb__refuses_nulls() -%}
    {{ return(true) }}
{%- endmacro %}

{% macro postgres__refuses_nulls() -%}
    {{ return(true) }}
{%- endmacro %}

{#- Redshift inherits from PostgreSQL; that it rejects nulls has not been verified. -#}
{% macro redshift__refuses_nulls() -%}
    {{ return(false) }}
{%- endmacro %}


{#- Overrides the macro of this name, which dbt-spark calls after it has created a table of
    this package: it treats a table without a file_format as a Delta table, and Parquet
    cannot alter a column to be not null.

    relation: the table.
    model: the node of the model. -#}
{% macro persist_constraints(relation, model) -%}
    {%- if target.type != 'spark' -%}
        {{ return(dbt.persist_constraints(relation, model)) }}
    {%- endif -%}
{%- endmacro %}

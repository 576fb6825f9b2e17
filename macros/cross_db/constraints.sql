{#- Whether the engine refuses a null in a column with the constraint not_null when it
    writes, seen to do so by a test. Where it does not, the data test no_nulls looks. -#}
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

{#- Redshift inherits from PostgreSQL; nobody has seen it refuse. -#}
{% macro redshift__refuses_nulls() -%}
    {{ return(false) }}
{%- endmacro %}


{#- Stands in for the macro of this name that dbt-spark calls after it has made a table of
    this package: it takes a table without a file_format for one of Delta's, and Parquet
    cannot alter a column to hold no null.

    relation: the table.
    model: the model, as dbt knows it. -#}
{% macro persist_constraints(relation, model) -%}
    {%- if target.type != 'spark' -%}
        {{ return(dbt.persist_constraints(relation, model)) }}
    {%- endif -%}
{%- endmacro %}

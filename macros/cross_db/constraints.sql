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

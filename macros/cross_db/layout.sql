{#- How the rows of a table lie in storage, as configuration of its model: those of one day
    together, so that a build reads and writes the days it needs, and how few rows are
    found among many.

    day: the column of type date by which rows lie together; none for a short table.
    keys: the columns, or lists of columns, by which single rows are looked up. -#}
{% macro laid_out_by(day=none, keys=[]) -%}
    {{ return(adapter.dispatch('laid_out_by', 'sessions')(day, keys)) }}
{%- endmacro %}

{% macro default__laid_out_by(day, keys) -%}
    {{ return({}) }}
{%- endmacro %}

{#- PostgreSQL keeps rows whole: what is no key is found by the day. -#}
{% macro postgres__laid_out_by(day, keys) -%}
    {%- set indexes = [] -%}
    {%- for key in keys + ([day] if day else []) -%}
        {%- do indexes.append({'columns': [key] if key is string else key}) -%}
    {%- endfor -%}
    {{ return({'indexes': indexes}) }}
{%- endmacro %}

{#- Spark writes whole partitions and cannot delete a row: one partition a day. -#}
{% macro spark__laid_out_by(day, keys) -%}
    {{ return({'partition_by': [day]} if day else {}) }}
{%- endmacro %}


{#- How the rows of a table that several models write to lie in storage, as configuration:
    those of one model apart from the others.

    column: the name of the model that wrote a row. -#}
{% macro written_apart_by(column) -%}
    {{ return(adapter.dispatch('written_apart_by', 'sessions')(column)) }}
{%- endmacro %}

{% macro default__written_apart_by(column) -%}
    {{ return({}) }}
{%- endmacro %}

{% macro spark__written_apart_by(column) -%}
    {{ return({'partition_by': [column]}) }}
{%- endmacro %}


{#- The rows of one value of a column together, so that a query for few of its values skips
    the others. The end of a model.

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

{% macro spark__lie_together_by(column) -%}
    distribute by {{ column }}
{%- endmacro %}

{#- From here to the end of the run, the right side of a join is the one to keep in memory.
    How few rows are new is known to whoever wrote the query, and guessed wrong by some
    planners, which then keep the history in memory and read the new rows one by one. -#}
{% macro join_as_written() -%}
    {{ return(adapter.dispatch('join_as_written', 'sessions')()) }}
{%- endmacro %}

{% macro default__join_as_written() -%}
{%- endmacro %}

{% macro duckdb__join_as_written() -%}
    set disabled_optimizers = 'build_side_probe_side'
{%- endmacro %}


{#- The reverse, at the end of the run. -#}
{% macro join_as_planned() -%}
    {{ return(adapter.dispatch('join_as_planned', 'sessions')()) }}
{%- endmacro %}

{% macro default__join_as_planned() -%}
{%- endmacro %}

{% macro duckdb__join_as_planned() -%}
    reset disabled_optimizers
{%- endmacro %}

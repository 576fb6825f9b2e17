{#- Before a few rows are joined to a long history and written to it, for the rest of the
    run. What an engine knows about such a build and does not do by itself. -#}
{% macro tune_for_few_rows() -%}
    {{ return(adapter.dispatch('tune_for_few_rows', 'sessions')()) }}
{%- endmacro %}

{% macro default__tune_for_few_rows() -%}
{%- endmacro %}

{#- DuckDB guesses too high how many rows are new and would keep the history in memory to
    look each of them up: the right side of a join is the small one, as it is written.
    And it would move the log into the file after each model: once at the end is enough. -#}
{% macro duckdb__tune_for_few_rows() -%}
    set disabled_optimizers = 'build_side_probe_side';
    set checkpoint_threshold = '1GB'
{%- endmacro %}


{#- The reverse, at the end of the run. -#}
{% macro tune_as_usual() -%}
    {{ return(adapter.dispatch('tune_as_usual', 'sessions')()) }}
{%- endmacro %}

{% macro default__tune_as_usual() -%}
{%- endmacro %}

{% macro duckdb__tune_as_usual() -%}
    reset disabled_optimizers;
    reset checkpoint_threshold
{%- endmacro %}

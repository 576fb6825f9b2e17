{#- Tells dbt which models an incremental build of this one reads outside of its SQL, in the
    macros of its hooks and of the rows that it replaces: dbt collects references at parse
    time, and only from the model. A unit test, which runs no hooks, needs none of them.

    models: their names. -#}
{% macro also_depends_on(models) -%}
    {%- if not execute -%}
        {%- for name in models -%}
            {%- do ref(name) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

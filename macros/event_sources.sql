{#- The sources that feed the build, as a list.

    names: the variable event_sources, names separated by spaces. -#}
{% macro event_sources(names) -%}
    {%- if names is not string or not names.split() -%}
        {{ exceptions.raise_compiler_error(
            "event_sources is empty; name at least one folder of models/staging, "
            ~ "such as generic, separated by spaces"
        ) }}
    {%- endif -%}
    {{ return(names.split() | unique | list) }}
{%- endmacro %}

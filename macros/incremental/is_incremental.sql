{#- dbt's own, but in two places. While dbt only collects references, a model shows it those
    of later builds. And a unit test sees a first build, unless it overrides this macro. -#}
{% macro is_incremental() -%}
    {{ return(
        not execute or (model.resource_type != 'unit_test' and dbt.is_incremental())
    ) }}
{%- endmacro %}

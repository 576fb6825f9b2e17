{#- dbt's own is_incremental(), with two exceptions. At parse time it is true, so that dbt
    collects the references of incremental builds. In a unit test it is false, unless the
    test overrides this macro. -#}
{% macro is_incremental() -%}
    {{ return(
        not execute or (model.resource_type != 'unit_test' and dbt.is_incremental())
    ) }}
{%- endmacro %}

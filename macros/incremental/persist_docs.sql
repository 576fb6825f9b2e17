{#- Comments a table and its columns with their descriptions if persist_docs is
    configured. In place of dbt's own for the models of this package: a table
    that keeps its rows keeps its comments too, and a statement for each column of each table
    would make a build without new rows a tenth longer.

    relation: the table or view.
    model: its node.
    for_relation, for_columns: what may be commented. -#}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {%- if not is_incremental() -%}
        {%- set for_columns = for_columns and sessions.has_comments_on_columns(relation) -%}
        {%- do dbt.persist_docs(relation, model, for_relation, for_columns) -%}
    {%- endif -%}
{%- endmacro %}

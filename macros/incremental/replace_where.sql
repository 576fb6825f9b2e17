{#- The incremental strategy of every model here: rows that a condition of replaced_rows
    matches are deleted and those that the model selects inserted, in one transaction. All
    rows are deleted when int_builds does not know how the table was built.

    arg_dict: what dbt hands to a strategy. -#}
{% macro get_incremental_replace_where_sql(arg_dict) -%}
    {#- The adapter of Databricks hands over no dest_columns. -#}
    {%- set columns = adapter.get_columns_in_relation(arg_dict.target_relation) -%}
    {{ return(adapter.dispatch('replace_where', 'sessions')(
        arg_dict.target_relation,
        arg_dict.temp_relation,
        columns | map(attribute='quoted') | join(', ')
    )) }}
{%- endmacro %}

{% macro default__replace_where(built, selected, columns) -%}
    {{ sessions.in_one_transaction(
        sessions.replace_where_statements(built, selected, columns)
    ) }}
{%- endmacro %}


{#- What replace_where does where single rows can be deleted, as a list of statements. -#}
{% macro replace_where_statements(built, selected, columns) -%}
    {%- set statements = [
        'delete from ' ~ built ~ ' where not exists (select 1 from '
        ~ sessions.current_builds() ~ ' where ' ~ sessions.is_entry_of(model.name) ~ ')',
    ] -%}
    {%- for condition in sessions.replaced_rows(selected) -%}
        {%- do statements.append('delete from ' ~ built ~ ' where ' ~ condition) -%}
    {%- endfor -%}
    {%- do statements.append(
        'insert into ' ~ built ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ selected
    ) -%}
    {{ return(statements) }}
{%- endmacro %}

{#- The incremental strategy of every model here: the rows that match a condition of
    replaced_rows are deleted and the selected rows inserted, in one transaction. All rows
    are deleted when int_builds has no current entry for the table.

    arg_dict: the arguments that dbt passes to a strategy. -#}
{% macro get_incremental_replace_where_sql(arg_dict) -%}
    {#- Not every adapter passes dest_columns. -#}
    {%- set columns = adapter.get_columns_in_relation(arg_dict.target_relation) -%}
    {{ return(adapter.dispatch('replace_where', 'sessions')(
        arg_dict.target_relation,
        arg_dict.temp_relation,
        columns | map(attribute='quoted') | join(', ')
    )) }}
{%- endmacro %}

{% macro default__replace_where(existing, selected, columns) -%}
    {{ sessions.in_one_transaction(
        [sessions.count_replaced_sessions(existing, selected, columns)]
        + sessions.replace_where_statements(existing, selected, columns)
    ) }}
{%- endmacro %}


{#- The statements of replace_where, where single rows can be deleted, as a list. -#}
{% macro replace_where_statements(existing, selected, columns) -%}
    {%- set statements = [
        'delete from ' ~ existing ~ ' where not exists (select 1 from '
        ~ sessions.current_entry_of(model.name) ~ ')',
    ] -%}
    {%- for condition in sessions.replaced_rows(selected) -%}
        {%- do statements.append('delete from ' ~ existing ~ ' where ' ~ condition) -%}
    {%- endfor -%}
    {%- do statements.append(
        'insert into ' ~ existing ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ selected
    ) -%}
    {{ return(statements) }}
{%- endmacro %}

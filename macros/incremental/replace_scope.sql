{#- The incremental strategy of every model here: the rows of a scope make way for those
    that the model selects, in one transaction. A session that a late event swallowed is
    in the scope and not in the selection, so it vanishes.

    The scopes are the model's incremental_predicates: conditions on its rows, all read
    before anything is inserted; DBT_INTERNAL_SOURCE stands for the selected rows. All
    rows make way when nobody remembers how the table was built.

    arg_dict: what dbt hands to a strategy. -#}
{% macro get_incremental_replace_scope_sql(arg_dict) -%}
    {#- The adapter of Databricks hands over no dest_columns. -#}
    {%- set columns = adapter.get_columns_in_relation(arg_dict.target_relation) -%}
    {{ return(adapter.dispatch('replace_scope', 'sessions')(
        arg_dict.target_relation,
        arg_dict.temp_relation,
        columns | map(attribute='quoted') | join(', '),
        arg_dict.incremental_predicates
    )) }}
{%- endmacro %}

{% macro default__replace_scope(built, selected, columns, scopes) -%}
    {{ sessions.together(
        sessions.statements_of_replace_scope(built, selected, columns, scopes)
    ) }}
{%- endmacro %}


{#- What replace_scope does where single rows can be deleted, as a list of statements. -#}
{% macro statements_of_replace_scope(built, selected, columns, scopes) -%}
    {%- set statements = [
        'delete from ' ~ built ~ ' where not exists (select 1 from ' ~ sessions.table_of_builds()
        ~ " where model_name = '" ~ model.name ~ "')",
    ] -%}
    {%- for scope in sessions.rendered_scopes(scopes, selected) -%}
        {%- do statements.append('delete from ' ~ built ~ ' where ' ~ scope) -%}
    {%- endfor -%}
    {%- do statements.append(
        'insert into ' ~ built ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ selected
    ) -%}
    {{ return(statements) }}
{%- endmacro %}


{#- The scopes as conditions on the rows of a model.

    selected: the relation of the selected rows. -#}
{% macro rendered_scopes(scopes, selected) -%}
    {%- set conditions = [] -%}
    {%- for scope in scopes -%}
        {%- do conditions.append(
            render(scope) | replace('DBT_INTERNAL_SOURCE', selected | string)
        ) -%}
    {%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}

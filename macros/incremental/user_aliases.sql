{#- Which persons a build does not have as they are now. int_user_aliases keeps what each
    alias has ever stood for, by versions; int_builds has the version of each table that
    applies them. -#}


{#- The tables that apply aliases, each after those it is built from. -#}
{% macro tables_with_aliases() -%}
    {{ return(
        ['fct_sessions', 'dim_visitors', 'dim_persons']
        + (['fct_touchpoints'] if sessions.has_marts('marketing') else [])
    ) }}
{%- endmacro %}


{#- A query for the newest person of each alias; one that was withdrawn stands for itself.

    aliases: int_user_aliases as it is read. -#}
{% macro newest_aliases(aliases) -%}
    select
        site_id,
        alias,
        person_id
    from (
        select
            *,
            row_number() over (
                partition by site_id, alias order by alias_version desc
            ) as place
        from {{ aliases }}
    ) as aliases_numbered
    where place = 1
{%- endmacro %}


{#- Whether an alias has another person since a table was built.

    model_name: one of tables_with_aliases. -#}
{% macro is_alias_new_to(model_name) -%}
    {%- set version -%}
        {%- if execute and model.resource_type != 'unit_test'
            and sessions.is_full_refresh(model_name) -%}
            0
        {%- else -%}
            coalesce(
                (
                    select alias_version
                    from {{ sessions.current_entry_of(model_name, ref('int_builds')) }}
                ),
                0
            )
        {%- endif -%}
    {%- endset -%}
    {{ sessions.is_greater('alias_version', version) }}
{%- endmacro %}


{#- The version of the aliases in this model's table, for its entry in int_builds: that of
    the table it is built from, else the newest one; null where no alias matters.

    upstream: see record_build. -#}
{% macro alias_version_of_build(upstream) -%}
    {%- set tables = sessions.tables_with_aliases() -%}
    {%- if not execute or model.name not in tables -%}
        {{ return('cast(null as ' ~ dbt.type_bigint() ~ ')') }}
    {%- elif upstream in tables -%}
        {{ return('alias_version') }}
    {%- endif -%}
    {{ return(
        '(select coalesce(max(alias_version), 0) from '
        ~ sessions.relation_of('int_user_aliases') ~ ')'
    ) }}
{%- endmacro %}


{#- Runs before int_user_aliases is written, within its transaction. -#}
{% macro begin_user_aliases() -%}
    {%- do sessions.check_user_aliases() -%}
    {{ return(adapter.dispatch('begin_user_aliases', 'sessions')()) }}
{%- endmacro %}

{% macro default__begin_user_aliases() -%}
    {{ sessions.in_one_transaction(
        [sessions.acquire_build_lock()] + sessions.discard_tables_of_lost_aliases()
    ) }}
{%- endmacro %}


{#- Statements that discard the entries of tables built with a newer version of the aliases
    than int_user_aliases has, which was dropped or replaced by an older copy: what was
    withdrawn since is not known any more. -#}
{% macro discard_tables_of_lost_aliases() -%}
    {%- set statements = [] -%}
    {%- set aliases = sessions.existing_relation('int_user_aliases') if execute -%}
    {%- set builds = sessions.table_of_builds() -%}
    {%- for name in sessions.tables_with_aliases() if execute -%}
        {%- set lost -%}
            from {{ sessions.current_entry_of(name) }}
            where alias_version > (
                {{ 'select coalesce(max(alias_version), 0) from ' ~ aliases
                    if aliases else '0' }}
            )
        {%- endset -%}
        {%- if run_query('select 1 as lost ' ~ lost).rows -%}
            {%- do statements.append(
                'insert into ' ~ builds ~ ' (relation_name, model_name, entry_number) '
                ~ 'select relation_name, model_name, entry_number + 1 ' ~ lost
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}


{#- Stops the build at a circle of aliases, or at a chain of more than 64. The error names
    its ids and what to type. -#}
{% macro check_user_aliases() -%}
    {%- set aliases = ref('int_user_aliases_resolved') -%}
    {%- set table = source('raw', 'user_aliases') -%}
    {%- if execute and sessions.is_existing_source(table) -%}
        {%- for row in run_query(
            'select site_id, alias, person_id from ' ~ aliases
            ~ ' where is_endless order by site_id, alias limit 1'
        ).rows -%}
            {%- set ids = [row[2]] -%}
            {%- for _ in range(64) if ids | length == ids | unique | list | length -%}
                {%- for step in run_query(
                    'select person from ' ~ aliases ~ ' where site_id = '
                    ~ sessions.quote_literal(row[0]) ~ ' and alias = '
                    ~ sessions.quote_literal(ids[-1])
                ).rows -%}
                    {%- do ids.append(step[0]) -%}
                {%- endfor -%}
            {%- endfor -%}
            {%- set said = [] -%}
            {%- for id in ids[1:] -%}
                {%- do said.append("'" ~ ids[loop.index0] ~ "' is '" ~ id ~ "'") -%}
            {%- endfor -%}
            {%- set table = table.schema ~ '.' ~ table.identifier -%}
            {%- if ids | length == ids | unique | list | length -%}
                {{ exceptions.raise_compiler_error(
                    table ~ " leads from the alias '" ~ row[1] ~ "' of the site '" ~ row[0]
                    ~ "' through more than 64 others; add a row with this alias and the "
                    ~ "person at the end of the chain, then type: dbt build"
                ) }}
            {%- endif -%}
            {{ exceptions.raise_compiler_error(
                table ~ " goes in a circle on the site '" ~ row[0] ~ "': "
                ~ said | join(', ') ~ "; delete the row that is wrong, such as: delete from "
                ~ table ~ " where alias = " ~ sessions.quote_literal(ids[-2])
                ~ " and person = " ~ sessions.quote_literal(ids[-1])
                ~ "; then type: dbt build"
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

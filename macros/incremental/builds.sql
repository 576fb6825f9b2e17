{#- What an incremental model does before and after it is written. int_builds records up to
    which batch its table is built. A batch is what one build of int_events_enriched reads,
    whatever the loaded_at of its rows: rows that are read again belong to the newest batch
    too. -#}


{#- Runs after a model is written, within its transaction: its table now has the batches of
    its upstream model, which its meta names as built_from; of several, the batches that all
    of them have. Nothing is written if nothing has changed. -#}
{% macro finish_build() -%}
    {%- set upstream = model.config.meta.get('built_from') -%}
    {{ return(adapter.dispatch('finish_build', 'sessions')(upstream)) }}
{%- endmacro %}

{% macro default__finish_build(upstream) -%}
    {{ sessions.in_one_transaction(
        ([] if upstream else [sessions.record_watermarks()])
        + [sessions.record_build(upstream), sessions.analyze_table(this)]
    ) }}
{%- endmacro %}


{#- An insert into int_builds of the current state of this model's table. Entries are added
    and never changed: models are written concurrently, and some engines let two
    transactions add rows to one table, but not change rows of it.

    upstream: the incremental model it is built from, or a list of several; none for the one
        that reads raw rows. -#}
{% macro record_build(upstream) -%}
    {%- set columns = sessions.columns_of_builds() | join(', ') -%}
    insert into {{ sessions.table_of_builds() }} (
        {{ columns }}, entry_number, invocation_id, session_added_count
    )
    select
        {{ columns }},
        {{ sessions.next_entry() }} as entry_number,
        '{{ invocation_id }}' as invocation_id,
        {{ sessions.sessions_built_from_nothing() }} as session_added_count
    from ({{ sessions.changed_build_entry(upstream) }}) as changed_entry
{%- endmacro %}


{#- A query for the current state of this model's table, empty when the newest entry of
    int_builds is the same.

    upstream: see record_build. -#}
{% macro changed_build_entry(upstream) -%}
    {%- set columns = sessions.columns_of_builds() | join(', ') -%}
    select {{ columns }} from ({{ sessions.build_entry(upstream) }}) as build
    {{ dbt.except() }}
    select {{ columns }} from {{ sessions.current_entry_of(model.name) }}
{%- endmacro %}


{#- A query for the current state of this model's table, as one row.

    upstream: see record_build. -#}
{% macro build_entry(upstream) -%}
    select
        '{{ sessions.relation_name_of(model.name) }}' as relation_name,
        '{{ model.name }}' as model_name,
        {{ sessions.quote_literal(
            tojson(sessions.settings_fingerprint(model.name), sort_keys=true)
        ) }} as built_with,
        {{ sessions.table_identity(model.name, this) }} as table_identity,
        {{ sessions.alias_version_of_build(upstream) }} as alias_version,
        {%- if upstream is string %}
        batch_number
    from {{ sessions.current_entry_of(upstream) }}
        {%- elif upstream %}
        batch_number
    from {{ sessions.oldest_entry_of(upstream) }}
        {%- else %}
        coalesce((select max(batch_number) from {{ this }}), 0) as batch_number
        {%- endif %}
{%- endmacro %}


{#- The oldest of the newest batches of several incremental models, as a relation of one row:
    no row while one of them is not built.

    model_names: their names. -#}
{% macro oldest_entry_of(model_names) -%}
    (
        select min(batch_number) as batch_number
        from (
            {%- for name in model_names %}
            select batch_number from {{ sessions.current_entry_of(name) }}
            {{ 'union all' if not loop.last }}
            {%- endfor %}
        ) as current_entries
        having count(*) = {{ model_names | length }}
    ) as oldest_entry
{%- endmacro %}


{#- An insert into int_builds of an entry without a batch: the table of this model then
    counts as not built, or those of all models.

    of_all_models: whether every table is discarded. -#}
{% macro discard_build_entry(of_all_models=false) -%}
    insert into {{ sessions.table_of_builds() }} (relation_name, model_name, entry_number)
    select relation_name, model_name, max(entry_number) + 1 as entry_number
    from {{ sessions.table_of_builds() }}
    where {{ 'true' if of_all_models else sessions.is_entry_of(model.name) }}
    group by relation_name, model_name
{%- endmacro %}


{#- Runs before int_events_new is built, whose query reads the state of int_events_enriched. -#}
{% macro begin_new_events() -%}
    {{ sessions.in_one_transaction([
        sessions.set_build_settings(),
        sessions.discard_replaced_table('int_events_enriched'),
    ]) }}
{%- endmacro %}


{#- A statement that discards the entry of a model whose table was replaced by another one,
    such as an older copy that was restored. Empty without a table, and if the run builds it
    from scratch.

    model_name: an incremental model of this package. -#}
{% macro discard_replaced_table(model_name) -%}
    {#- It contains a ref, which dbt collects at parse time. -#}
    {%- do sessions.table_of_builds() -%}
    {%- set table = sessions.existing_relation(model_name) if execute -%}
    {{ return(
        adapter.dispatch('discard_replaced_table', 'sessions')(model_name, table) if table
    ) }}
{%- endmacro %}

{% macro default__discard_replaced_table(model_name, table) -%}
    insert into {{ sessions.table_of_builds() }} (relation_name, model_name, entry_number)
    select relation_name, model_name, entry_number + 1 as entry_number
    from {{ sessions.current_entry_of(model_name) }}
    where table_identity != {{ sessions.table_identity(model_name, table) }}
{%- endmacro %}


{#- The columns of int_builds that describe the state of a table. -#}
{% macro columns_of_builds() -%}
    {{ return([
        'relation_name', 'model_name', 'built_with', 'batch_number', 'alias_version',
        'table_identity',
    ]) }}
{%- endmacro %}


{#- The number of the next entry for this model's table. -#}
{% macro next_entry() -%}
    (
        select coalesce(max(entry_number), 0) + 1
        from {{ sessions.table_of_builds() }}
        where {{ sessions.is_entry_of(model.name) }}
    )
{%- endmacro %}


{#- Whether a row of int_builds belongs to the model's table in this run. The table in
    another schema is another one, built from other batches.

    model_name: an incremental model of this package. -#}
{% macro is_entry_of(model_name) -%}
    relation_name = '{{ sessions.relation_name_of(model_name) }}'
{%- endmacro %}


{#- The name of a model's table in int_builds: its schema and name, with its database only
    if that differs from the one of int_builds, because a database that is a file may be
    renamed.

    model_name: an incremental model of this package. -#}
{% macro relation_name_of(model_name) -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{ return(model_name) }}
    {%- endif -%}
    {%- set known = sessions.known_in_run('relation_names') -%}
    {%- if model_name not in known -%}
        {%- set node = sessions.node_of('model.sessions.' ~ model_name) -%}
        {%- set parts = [node.schema, node.alias] -%}
        {%- if node.database != sessions.node_of('model.sessions.int_builds').database -%}
            {%- set parts = [node.database] + parts -%}
        {%- endif -%}
        {%- do known.update({model_name: parts | join('.')}) -%}
    {%- endif -%}
    {{ return(known[model_name]) }}
{%- endmacro %}


{#- int_builds as the target of a write, rendered: `dbt build --empty` replaces every ref by
    a query without rows, and this one too. -#}
{% macro table_of_builds() -%}
    {{ return(ref('int_builds').render()) }}
{%- endmacro %}

{#- The current entry of a model's table in int_builds, as a relation of one row: its newest
    one, or no row if that has no batch, which withdraws the earlier ones.

    model_name: an incremental model of this package.
    builds: int_builds as it is read. -#}
{% macro current_entry_of(model_name, builds=none) -%}
    {%- set builds = builds or sessions.table_of_builds() -%}
    {%- set is_entry = sessions.is_entry_of(model_name) -%}
    (
        select * from {{ builds }}
        where {{ is_entry }}
        and batch_number is not null
        and entry_number = (select max(entry_number) from {{ builds }} where {{ is_entry }})
    ) as current_entry
{%- endmacro %}


{#- Runs before a model is written, within its transaction. A full refresh first discards
    the model's entry, because what is pending is computed from it, and those of all models
    when raw rows are read again: if the refresh is killed, the next build does its work.
    So does a build without an entry of the model that reads raw rows, if a source compares
    its loads: what these had lost would stay downstream.

    The model that reads raw rows has no built_from. -#}
{% macro begin_build() -%}
    {%- set is_first = not model.config.meta.get('built_from') -%}
    {{ return(adapter.dispatch('begin_build', 'sessions')(is_first)) }}
{%- endmacro %}

{% macro default__begin_build(is_first) -%}
    {%- set statements = [
        sessions.set_build_settings(),
        sessions.acquire_build_lock(),
        sessions.discard_incomplete_build(),
        sessions.discard_replaced_table(model.name),
    ] -%}
    {%- if is_first and not sessions.is_built(model.name) -%}
        {%- do statements.append(sessions.read_all_events()) -%}
    {%- endif -%}
    {%- if sessions.discards_entries(is_first) -%}
        {%- do statements.append(sessions.discard_build_entry(of_all_models=is_first)) -%}
    {%- endif -%}
    {{ sessions.in_one_transaction(statements) }}
{%- endmacro %}


{#- Whether a build discards entries before it writes, see begin_build.

    is_first: whether the model reads raw rows. -#}
{% macro discards_entries(is_first) -%}
    {%- set is_discarded = execute and (
        sessions.is_full_refresh(model.name)
        or (
            is_first
            and sessions.sources_that_compare_loads()
            and not sessions.is_built(model.name)
        )
    ) -%}
    {%- if is_discarded and is_first -%}
        {%- do sessions.check_whole_export_is_read() -%}
    {%- endif -%}
    {{ return(is_discarded) }}
{%- endmacro %}


{#- A statement that makes int_events_this_run read all rows, for a run that builds
    int_events_enriched from scratch and leaves that view as it is. -#}
{% macro read_all_events() -%}
    {%- set view, events = ref('int_events_this_run'), ref('stg_events') -%}
    {%- if execute and 'model.sessions.int_events_this_run' not in selected_resources -%}
        create or replace view {{ view.render() }} as select * from {{ events.render() }}
    {%- endif -%}
{%- endmacro %}


{#- Runs after a run: of more than a thousand entries only the newest of each table are
    kept. -#}
{% macro trim_builds() -%}
    {%- if sessions.has_many_entries('int_builds') -%}
        {%- set builds = sessions.relation_of('int_builds') -%}
        {%- set newest = run_query(
            'select max(entry_number) from ' ~ builds ~ ' group by relation_name'
        ).columns[0].values() -%}
        {{ return(adapter.dispatch('trim_builds', 'sessions')(
            builds, 'entry_number in (' ~ newest | unique | join(', ') ~ ')'
        )) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__trim_builds(builds, is_current) -%}
    delete from {{ builds }} where not {{ is_current }}
{%- endmacro %}


{#- The same for watermarks: those are kept to which an entry of int_builds belongs. -#}
{% macro trim_watermarks() -%}
    {%- if sessions.has_many_entries('int_watermarks') and sessions.relation_of('int_builds') -%}
        {%- set current = run_query(
            'select distinct invocation_id from ' ~ sessions.relation_of('int_builds')
            ~ ' where invocation_id is not null'
        ).columns[0].values() -%}
        {{ return(adapter.dispatch('trim_builds', 'sessions')(
            sessions.relation_of('int_watermarks'),
            "invocation_id in ('" ~ current | join("', '") ~ "')"
        )) }}
    {%- endif -%}
{%- endmacro %}


{#- Whether a run has to trim int_builds or int_watermarks.

    model_name: one of them. -#}
{% macro has_many_entries(model_name) -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build')
        and sessions.is_run_of_this_package() -%}
    {%- set table = sessions.relation_of(model_name) if is_concerned -%}
    {{ return(
        table and run_query('select count(*) from ' ~ table).rows[0][0] > 1000
    ) }}
{%- endmacro %}

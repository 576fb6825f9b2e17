{#- The version of the logic. A release of this package that makes other rows of the same
    events increments it; everything then has to be rebuilt once. -#}
{% macro logic_version() -%}
    {{ return(1) }}
{%- endmacro %}


{#- The variables that each incremental model reads itself, or through a view that it
    selects from. Tables downstream depend on them too, and are not listed here. -#}
{% macro variables_of_tables() -%}
    {{ return({
        'int_events_enriched': [
            'event_sources', 'reporting_time_zone', 'future_tolerance_minutes',
            'earliest_event_date', 'internal_hosts', 'server_side_events',
            'source_events', 'ip_addresses', 'segment_order_tables',
            'segment_event_tables', 'segment_loaded_at',
        ],
        'int_events_sessionized': ['session_rules', 'repeated_page_view_seconds'],
        'int_sessions_enriched': ['funnel_steps'],
        'fct_goal_completions': ['goals'],
        'fct_page_views': ['ping_interval_seconds'],
        'fct_orders': ['reporting_currency', 'attach_booked_orders'],
        'fct_event_items': ['reporting_currency'],
        'fct_sessions': [
            'session_rules', 'engaged_seconds', 'suspicious_events_per_minute',
            'attribution_lookback_days',
        ],
        'fct_touchpoints': ['touchpoints_include_direct', 'touchpoint_half_life_days'],
    }) }}
{%- endmacro %}


{#- Everything that determines which rows a table makes of the same raw rows, as JSON by the
    names that errors use: all that the table or any node upstream reads. A seed counts with
    the checksum of its file, which is known before it is loaded.

    model_name: an incremental model of this package. -#}
{% macro settings_fingerprint(model_name) -%}
    {%- set known = sessions.known_in_run('settings') -%}
    {%- if model_name in known -%}
        {{ return(known[model_name]) }}
    {%- endif -%}
    {%- set settings = {'version of results': tojson(sessions.logic_version())} -%}
    {%- set written = sessions.known_in_run('variables') -%}
    {%- set upstream = sessions.upstream_of(model_name) -%}
    {%- set rules = sessions.session_rules_in_use() -%}
    {%- for table, names in sessions.variables_of_tables().items()
        if 'model.sessions.' ~ table in upstream -%}
        {%- for name in names -%}
            {%- if name == 'session_rules' and table == 'fct_sessions' -%}
                {#- Only their name: the rules themselves are settings of
                    int_events_sessionized. -#}
                {%- do settings.update({'session rule name': tojson(rules.name)}) -%}
            {%- elif name == 'session_rules' -%}
                {%- do settings.update(sessions.rules_fingerprint(rules)) -%}
            {%- else -%}
                {%- if name not in written -%}
                    {%- set value = sessions.variable_as_written(name) -%}
                    {%- do written.update({name: tojson(value, sort_keys=true)}) -%}
                {%- endif -%}
                {%- do settings.update({'variable ' ~ name: written[name]}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set columns = sessions.contract_columns() | map(attribute='name') | list -%}
    {%- do settings.update({'list of event columns': tojson(columns)}) -%}
    {%- do settings.update(
        sessions.own_columns_fingerprint('model.sessions.int_sessions_enriched' in upstream)
    ) -%}
    {%- for seed in sessions.seeds_affecting_results(upstream) -%}
        {%- do settings.update({'seed ' ~ seed.name: tojson(seed.checksum.checksum)}) -%}
    {%- endfor -%}
    {%- do known.update({model_name: settings}) -%}
    {{ return(settings) }}
{%- endmacro %}


{#- The own columns as settings: what events have, and what fct_sessions makes of it.

    with_sessions: whether the table depends on the latter. -#}
{% macro own_columns_fingerprint(with_sessions) -%}
    {%- set in_events, in_sessions = {}, {} -%}
    {%- for column in sessions.own_columns() -%}
        {%- do in_events.update({column.name: [column.from, column.type]}) -%}
    {%- endfor -%}
    {%- for column in sessions.own_session_columns() -%}
        {%- do in_sessions.update({column.name: [column.column, column.in_sessions]}) -%}
    {%- endfor -%}
    {%- set settings = {'list of own columns': tojson(in_events)} -%}
    {%- if with_sessions -%}
        {%- do settings.update(
            {'list of own columns in sessions': tojson(in_sessions)}
        ) -%}
    {%- endif -%}
    {{ return(settings) }}
{%- endmacro %}


{#- The session rules as settings, without their name.

    rules: a rule set as session_rules returns it. -#}
{% macro rules_fingerprint(rules) -%}
    {%- set settings = {} -%}
    {%- for key in rules if key != 'name' -%}
        {%- do settings.update({'session rule ' ~ key: tojson(rules[key])}) -%}
    {%- endfor -%}
    {{ return(settings) }}
{%- endmacro %}


{#- A model and its whole lineage upstream: nodes of dbt by their ids.

    model_name: an incremental model of this package.
    until_tables: whether the search stops at other incremental models and leaves them
        out. -#}
{% macro upstream_of(model_name, until_tables=false) -%}
    {%- set found, known = {}, sessions.known_in_run('nodes') -%}
    {%- set step = namespace(ids=['model.sessions.' ~ model_name] if execute else []) -%}
    {#- More steps than the longest path through the project has. -#}
    {%- for _ in range(100) if step.ids -%}
        {%- set earlier = [] -%}
        {%- for id in step.ids if id not in found and not id.startswith('source.') -%}
            {%- set node = known[id] if id in known else sessions.node_of(id) -%}
            {%- if not (until_tables and found and sessions.keeps_rows(node)) -%}
                {%- do found.update({id: node}) -%}
                {#- Of seeds, stg_events only checks the rows. Of a session,
                    int_orders_booked reads when and whose it is: no setting of
                    int_sessions_enriched decides that. -#}
                {%- for before in node.depends_on.nodes
                    if not (node.name == 'stg_events' and before.startswith('seed.'))
                    and not (
                        node.name == 'int_orders_booked'
                        and before.endswith('.int_sessions_enriched')
                    ) -%}
                    {%- do earlier.append(before) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set step.ids = earlier | unique | list -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- Whether a table keeps rows from one build to the next. Where rebuilt_each_run replaces
    the rows of a table, it is incremental and keeps none.

    node: a model of the graph. -#}
{% macro keeps_rows(node) -%}
    {%- set rebuilt = [
        'int_changed_loads', 'int_events_new', 'int_tested_days',
        'agg_traffic_quality_daily', 'agg_marketing_daily',
    ] -%}
    {{ return(
        node.config.materialized == 'incremental' and node.name not in rebuilt
    ) }}
{%- endmacro %}


{#- The seeds that determine what becomes of raw rows, as nodes of the graph.

    upstream: the nodes among which they are, by id; all nodes of the project by default. -#}
{% macro seeds_affecting_results(upstream=none) -%}
    {%- set seeds, known = [], sessions.known_in_run('nodes') -%}
    {%- set names = [
        'sites', 'referrer_sites', 'referrer_exclusions', 'source_categories',
        'source_category_patterns', 'channel_rules', 'own_channel_rules',
        'own_referrer_exclusions', 'public_suffixes', 'bot_user_agents',
        'user_agent_patterns', 'internal_networks', 'placeholder_values',
        'own_placeholder_values', 'event_names', 'own_event_names', 'device_names',
        'own_device_names', 'path_rules', 'own_path_rules',
    ] -%}
    {#- A project that installs this one may have a seed of its own in place of ours. -#}
    {%- for id in (upstream or graph.nodes if execute else [])
        if id.startswith('seed.') and id.split('.')[2] in names -%}
        {%- set node = known[id] if id in known else sessions.node_of(id) -%}
        {%- if node.checksum.name == 'path' -%}
            {{ exceptions.raise_compiler_error(
                "the seed " ~ node.name ~ " is too large for dbt to detect its changes; "
                ~ "write flags: {maximum_seed_size_mib: 0} in dbt_project.yml"
            ) }}
        {%- endif -%}
        {%- do seeds.append(node) -%}
    {%- endfor -%}
    {{ return(seeds) }}
{%- endmacro %}


{#- Stops the run before it writes when a table that it keeps was built with other settings:
    two of them never mix. The error names what changed and what to type. A run without any
    node of this package is ignored. -#}
{% macro check_builds() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build', 'seed')
        and sessions.is_run_of_this_package() -%}
    {%- set builds = sessions.relation_of('int_builds') if is_concerned -%}
    {%- if builds -%}
        {%- set changes, stale, blocked, seeds = [], [], [], [] -%}
        {%- set newest = {} -%}
        {%- for row in run_query(
            'select model_name, built_with, relation_name from ' ~ builds
            ~ ' order by entry_number'
        ).rows -%}
            {%- do newest.update({row[2]: row}) -%}
        {%- endfor -%}
        {%- for relation_name, row in newest.items()
            if row[1] and sessions.node_of('model.sessions.' ~ row[0])
            and relation_name == sessions.relation_name_of(row[0]) -%}
            {%- set in_force = sessions.settings_fingerprint(row[0]) -%}
            {%- set before = fromjson(row[1]) -%}
            {%- for name in in_force if in_force[name] != before.get(name) -%}
                {%- do changes.append(
                    sessions.change_in_words(name, before.get(name), in_force[name])
                ) -%}
                {%- do stale.append(row[0]) -%}
                {%- do seeds.append(name[5:]) if name.startswith('seed ') -%}
                {%- do blocked.append(row[0]) if not (
                    sessions.is_rebuilt_with_its_views(row[0])
                    and sessions.applies_to_this_run(name)
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if blocked -%}
            {{ exceptions.raise_compiler_error(
                changes | unique | join(', ') ~ "; the tables were built before that. "
                ~ "To rebuild them, type: dbt build --full-refresh"
                ~ sessions.selection_of(stale | unique | list, seeds | unique | list)
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether the run builds from scratch a table and all views that it selects from, which
    depend on settings as well.

    model_name: an incremental model of this package. -#}
{% macro is_rebuilt_with_its_views(model_name) -%}
    {%- set missing = [] -%}
    {%- for id, node in sessions.upstream_of(model_name, until_tables=true).items()
        if node.resource_type == 'model' and id not in selected_resources -%}
        {%- do missing.append(id) -%}
    {%- endfor -%}
    {{ return(sessions.is_full_refresh(model_name) and not missing) }}
{%- endmacro %}


{#- What to append to `dbt build --full-refresh` so that it rebuilds some tables, everything
    downstream, the views upstream and the seeds that have changed, and no other table. Empty
    where all tables are downstream.

    stale: the names of incremental models, with all that are downstream of them.
    seeds: the names of the seeds that have changed. -#}
{% macro selection_of(stale, seeds) -%}
    {%- set first, kinds = [], ['config.materialized:view'] -%}
    {%- for name in stale -%}
        {%- set earlier = [] -%}
        {%- for id, node in sessions.upstream_of(name).items()
            if node.name in stale and node.name != name and node.resource_type == 'model' -%}
            {%- do earlier.append(id) -%}
        {%- endfor -%}
        {%- do first.append(name ~ '+') if not earlier -%}
        {%- for node in sessions.upstream_of(name, until_tables=true).values()
            if node.resource_type == 'model' and node.config.materialized == 'table' -%}
            {%- do kinds.append('config.materialized:table') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(
        '' if 'int_events_enriched+' in first
        else ' --select ' ~ ((seeds + kinds + first) | unique | join(' '))
    ) }}
{%- endmacro %}


{#- Whether the run builds a model of this package or loads a seed that it reads. -#}
{% macro is_run_of_this_package() -%}
    {%- set seeds = sessions.seeds_affecting_results() | map(attribute='unique_id') | list -%}
    {%- set own = [] -%}
    {%- for id in selected_resources if id.startswith('model.sessions.') or id in seeds -%}
        {%- do own.append(id) -%}
    {%- endfor -%}
    {{ return(own | length > 0) }}
{%- endmacro %}


{#- Whether a changed setting applies to the models of this run: a seed does when the run
    loads it, anything else at once. -#}
{% macro applies_to_this_run(name) -%}
    {%- set waiting = [] -%}
    {%- for seed in sessions.seeds_affecting_results()
        if 'seed ' ~ seed.name == name and seed.unique_id not in selected_resources -%}
        {%- do waiting.append(seed.name) -%}
    {%- endfor -%}
    {{ return(waiting | length == 0) }}
{%- endmacro %}


{#- One changed setting in words.

    name: the name of the setting.
    before, after: its values as JSON; none when there was no such setting. -#}
{% macro change_in_words(name, before, after) -%}
    {%- if name.startswith('seed ') or name.startswith('list ') -%}
        {{ return('the ' ~ name ~ ' has changed') }}
    {%- endif -%}
    {{ return(
        name ~ ' was ' ~ (sessions.as_typed(fromjson(before)) if before else 'not there')
        ~ ' and is ' ~ sessions.as_typed(fromjson(after))
    ) }}
{%- endmacro %}

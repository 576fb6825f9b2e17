{#- The number of the way results are made. It grows when a release of this package makes
    other rows of the same events, and then everything has to be rebuilt once. -#}
{% macro results_version() -%}
    {{ return(1) }}
{%- endmacro %}


{#- All that decides what the same raw rows become, as JSON by the names that an error
    calls them. Of a seed the content of its file counts: it is known before it is loaded. -#}
{% macro settings_in_force() -%}
    {%- set settings = {'version of results': tojson(sessions.results_version())} -%}
    {%- set rules = sessions.session_rules(
        var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
    ) -%}
    {%- for key in rules -%}
        {%- do settings.update({'session rule ' ~ key: tojson(rules[key])}) -%}
    {%- endfor -%}
    {%- for name in [
        'event_sources', 'reporting_time_zone', 'reporting_currency',
        'future_tolerance_minutes', 'engaged_seconds', 'attribution_lookback_days',
        'suspicious_events_per_minute', 'ip_addresses', 'repeated_page_view_seconds',
        'funnel_steps',
    ] -%}
        {%- do settings.update(
            {'variable ' ~ name: tojson(var(name), sort_keys=true)}
        ) -%}
    {%- endfor -%}
    {%- for seed in sessions.seeds_that_decide() -%}
        {%- do settings.update({'seed ' ~ seed.name: tojson(seed.checksum.checksum)}) -%}
    {%- endfor -%}
    {{ return(settings) }}
{%- endmacro %}


{#- The seeds that decide what raw rows become, as dbt knows them. -#}
{% macro seeds_that_decide() -%}
    {%- set seeds = [] -%}
    {%- set names = [
        'sites', 'referrer_sites', 'referrer_exclusions', 'source_categories',
        'source_category_patterns', 'channel_rules', 'own_channel_rules',
        'own_referrer_exclusions', 'public_suffixes', 'bot_user_agents',
        'user_agent_patterns', 'internal_networks',
    ] -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'seed' and node.name in names -%}
        {%- if node.checksum.name == 'path' -%}
            {{ exceptions.raise_compiler_error(
                "the seed " ~ node.name ~ " is so large that dbt does not look whether it "
                ~ "has changed; write flags: {maximum_seed_size_mib: 0} in dbt_project.yml"
            ) }}
        {%- endif -%}
        {%- do seeds.append(node) -%}
    {%- endfor -%}
    {{ return(seeds) }}
{%- endmacro %}


{#- Stops the run before it writes when a table that stays was built with other settings:
    two of them never mix. It names what changed and what to type. A run that touches
    nothing of this package is not its business. -#}
{% macro check_builds() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build', 'seed')
        and sessions.is_run_of_this_package() -%}
    {%- set builds = sessions.relation_of('int_builds') if is_concerned -%}
    {%- if builds -%}
        {%- set in_force = sessions.settings_in_force() -%}
        {%- set changes = [] -%}
        {%- for row in run_query(
            'select model_name, built_with from ' ~ builds ~ ' where built_with is not null'
        ).rows
            if 'model.sessions.' ~ row[0] in graph.nodes -%}
            {%- set is_rebuilt = sessions.is_rebuilt(row[0])
                and 'model.sessions.' ~ row[0] in selected_resources -%}
            {%- set before = fromjson(row[1]) -%}
            {%- for name in in_force if in_force[name] != before.get(name)
                and not (is_rebuilt and sessions.takes_effect(name)) -%}
                {%- do changes.append(
                    sessions.change_in_words(name, before.get(name), in_force[name])
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if changes -%}
            {{ exceptions.raise_compiler_error(
                changes | unique | join(', ') ~ "; the tables hold what was built before. "
                ~ "To build them anew type: dbt build --full-refresh"
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}


{#- Whether the run builds a model or loads a seed that this package is made of. -#}
{% macro is_run_of_this_package() -%}
    {%- set seeds = sessions.seeds_that_decide() | map(attribute='unique_id') | list -%}
    {%- set own = [] -%}
    {%- for id in selected_resources if id.startswith('model.sessions.') or id in seeds -%}
        {%- do own.append(id) -%}
    {%- endfor -%}
    {{ return(own | length > 0) }}
{%- endmacro %}


{#- Whether a changed setting reaches the models of this run: a seed does when the run
    loads it, anything else at once. -#}
{% macro takes_effect(name) -%}
    {%- set waiting = [] -%}
    {%- for seed in sessions.seeds_that_decide()
        if 'seed ' ~ seed.name == name and seed.unique_id not in selected_resources -%}
        {%- do waiting.append(seed.name) -%}
    {%- endfor -%}
    {{ return(waiting | length == 0) }}
{%- endmacro %}


{#- One changed setting in words.

    name: what it is called.
    before, after: its values as JSON; none when there was no such setting. -#}
{% macro change_in_words(name, before, after) -%}
    {%- if name.startswith('seed ') -%}
        {{ return('the ' ~ name ~ ' has changed') }}
    {%- endif -%}
    {{ return(
        name ~ ' was ' ~ (sessions.as_typed(fromjson(before)) if before else 'not there')
        ~ ' and is ' ~ sessions.as_typed(fromjson(after))
    ) }}
{%- endmacro %}

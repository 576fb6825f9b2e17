{#- The number of the way results are made. It grows when a release of this package makes
    other rows of the same events, and then everything has to be rebuilt once. -#}
{% macro results_version() -%}
    {{ return(1) }}
{%- endmacro %}


{#- All that decides what the same raw rows become, as texts by the names that an error
    calls them. Of a seed the content of its file counts: it is known before it is loaded. -#}
{% macro settings_in_force() -%}
    {%- set settings = {'version of results': sessions.results_version() | string} -%}
    {%- set rules = sessions.session_rules(
        var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
    ) -%}
    {%- for key in rules -%}
        {%- do settings.update({'session rule ' ~ key: sessions.as_typed(rules[key])}) -%}
    {%- endfor -%}
    {%- for name in [
        'event_sources', 'reporting_time_zone', 'reporting_currency',
        'future_tolerance_minutes', 'engaged_seconds',
    ] -%}
        {%- do settings.update({'variable ' ~ name: var(name) | string}) -%}
    {%- endfor -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.resource_type == 'seed' and node.name in ['sites', 'referrer_sites'] -%}
        {%- do settings.update({'seed ' ~ node.name: node.checksum.checksum}) -%}
    {%- endfor -%}
    {{ return(settings) }}
{%- endmacro %}


{#- Stops the run before it writes when a table that stays was built with other settings:
    two of them never mix. It names what changed and what to type. -#}
{% macro check_builds() -%}
    {%- set builds = sessions.relation_of('int_builds')
        if execute and flags.WHICH in ('run', 'build') -%}
    {%- if builds -%}
        {%- set in_force = sessions.settings_in_force() -%}
        {%- set changes = [] -%}
        {%- for row in run_query('select model_name, built_with from ' ~ builds).rows -%}
            {%- set is_rebuilt = flags.FULL_REFRESH
                and 'model.sessions.' ~ row[0] in selected_resources -%}
            {%- set before = fromjson(row[1]) -%}
            {%- for name in in_force
                if not is_rebuilt and in_force[name] != before.get(name) -%}
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


{#- One changed setting in words.

    name: what it is called.
    before, after: its values as text; none when there was no such setting. -#}
{% macro change_in_words(name, before, after) -%}
    {%- if name.startswith('seed ') -%}
        {{ return('the ' ~ name ~ ' has changed') }}
    {%- endif -%}
    {{ return(name ~ ' was ' ~ before ~ ' and is ' ~ after) }}
{%- endmacro %}

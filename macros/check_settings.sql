{#- Stops the run before it writes anything when a variable has an invalid value, or
    does not belong to this project. -#}
{% macro check_settings() -%}
    {%- do sessions.check_variable_names() -%}
    {%- for name in sessions.settings() -%}
        {%- do sessions.setting(name) -%}
    {%- endfor -%}
    {%- do sessions.session_rules_in_use() -%}
{%- endmacro %}


{#- Every variable of dbt_project.yml and the kind of its values, see fits. Those
    without a kind are checked by session_rules, check_funnel_steps and check_goals. -#}
{% macro settings() -%}
    {%- set whole = {'lowest': -2147483647, 'highest': 2147483647} -%}
    {{ return({
        'event_sources': 'folders',
        'source_models': 'models of folders',
        'mart_groups': 'groups of marts',
        'raw_database': 'name',
        'raw_schema': 'name',
        'raw_events': 'name',
        'raw_event_items': 'name',
        'raw_user_aliases': 'name',
        'raw_orders': 'name',
        'raw_ad_spend': 'name',
        'ga4_database': 'name',
        'ga4_schema': 'name',
        'ga4_events': 'name',
        'ga4_events_intraday': 'name',
        'ga4_lookback_days': 'count',
        'segment_database': 'name',
        'segment_schema': 'name',
        'segment_pages': 'name',
        'segment_screens': 'name',
        'segment_tracks': 'name',
        'segment_identifies': 'name',
        'segment_order_tables': 'names',
        'segment_event_tables': 'names',
        'segment_loaded_at': 'name',
        'snowplow_database': 'name',
        'snowplow_schema': 'name',
        'snowplow_events': 'name',
        'snowplow_ecommerce_actions': 'name',
        'snowplow_ecommerce_checkout_steps': 'name',
        'snowplow_ecommerce_products': 'name',
        'snowplow_ecommerce_transactions': 'name',
        'snowplow_ecommerce_refunds': 'name',
        'snowplow_client_sessions': 'name',
        'session_rules': none,
        'session_rule_overrides': none,
        'reporting_time_zone': 'time zone',
        'reporting_currency': 'currency',
        'future_tolerance_minutes': whole,
        'earliest_event_date': 'day',
        'internal_hosts': 'hosts',
        'server_side_events': 'event list',
        'source_events': 'events',
        'ip_addresses': ['truncated', 'whole', 'dropped'],
        'repeated_page_view_seconds': {'lowest': 0, 'highest': 2147483580},
        'suspicious_events_per_minute': whole,
        'attribution_lookback_days': {'lowest': 0, 'highest': 24855},
        'touchpoints_include_direct': 'true or false',
        'touchpoint_half_life_days': {'lowest': 1, 'highest': 24855},
        'marketing_model': sessions.attribution_models(),
        'attach_booked_orders': 'true or false',
        'engaged_seconds': whole,
        'ping_interval_seconds': {'lowest': 1, 'highest': 3600},
        'funnel_steps': none,
        'own_columns': none,
        'goals': none,
        'quality_baseline_days': {'lowest': 1, 'highest': 4},
        'quality_unusual_deviations': 'deviations',
        'quality_holds_percent': {'lowest': 0, 'highest': 1000},
        'quality_bot_engagement_percent': {'lowest': 0, 'highest': 100},
        'test_scope': ['recent', 'all'],
        'explained_visitor': 'visitor',
        'explained_page': 'page',
        'campaign_first_date': 'day or null',
        'campaign_day_count': {'lowest': 1, 'highest': 3650},
        'campaign_baseline_days': {'lowest': 1, 'highest': 3650},
        'session_rule_presets': none,
    }) }}
{%- endmacro %}


{#- The value of a variable; an invalid one stops the run. Everything reads variables
    through this macro, because dbt's var() would run Jinja in a text.

    name: the variable. -#}
{% macro setting(name) -%}
    {%- set value = sessions.variable_as_written(name) -%}
    {%- set kind = sessions.settings()[name] -%}
    {%- if kind is not none and not sessions.fits(value, kind) -%}
        {%- do sessions.raise_invalid_setting(name, sessions.allowed_values(kind)) -%}
    {%- elif name == 'funnel_steps' -%}
        {%- do sessions.check_funnel_steps(value) -%}
    {%- elif name == 'own_columns' and value -%}
        {%- do sessions.check_own_columns(value) -%}
    {%- elif name == 'goals' -%}
        {%- do sessions.check_goals(value) -%}
    {%- endif -%}
    {{ return(value) }}
{%- endmacro %}


{#- The value of a variable as it was written, a date as text.

    name: the variable. -#}
{% macro variable_as_written(name) -%}
    {%- set ns = namespace(value=none, is_found=false) -%}
    {%- for variables in sessions.variables_as_written() if name in variables -%}
        {%- set ns.value = variables[name] -%}
        {%- set ns.is_found = true -%}
    {%- endfor -%}
    {%- set value = ns.value if ns.is_found else var(name) -%}
    {{ return(value.isoformat() if value.isoformat is defined else value) }}
{%- endmacro %}


{#- The variables that dbt knows, as dictionaries of which later ones precede: of
    dbt_project.yml, of its part for this package, and of the command line. None in dbt
    2, which does not tell. -#}
{% macro variables_as_written() -%}
    {%- set written = [] -%}
    {%- set is_dbt_1 = var.packages_for_node is defined -%}
    {%- for project in (var.packages_for_node() if is_dbt_1 else []) -%}
        {%- set variables = project.vars.to_dict() -%}
        {%- do written.append(variables) -%}
        {%- do written.append(variables.get('sessions', {})) -%}
        {%- do written.append(project.cli_vars or {}) -%}
    {%- endfor -%}
    {{ return(written) }}
{%- endmacro %}


{#- Stops the run at a variable that this project does not have. Where others may have
    it, as a project that installs this one, it has to be almost one of ours. -#}
{% macro check_variable_names() -%}
    {%- set names = sessions.settings() -%}
    {%- for variables in sessions.variables_as_written() -%}
        {%- for given in variables
            if given not in names and given not in ['sessions', 'report_from'] -%}
            {%- set nearest = namespace(name=none, likeness=0) -%}
            {%- for name in names
                if sessions.likeness(given, name) > nearest.likeness -%}
                {%- set nearest.name = name -%}
                {%- set nearest.likeness = sessions.likeness(given, name) -%}
            {%- endfor -%}
            {%- set may_be_of_others =
                project_name != 'sessions' or variables[given] is mapping -%}
            {%- if nearest.likeness >= 0.9 or not may_be_of_others -%}
                {{ exceptions.raise_compiler_error(
                    given ~ " is no variable of sessions; " ~ (
                        "did you mean " ~ nearest.name ~ "?" if nearest.likeness >= 0.5
                        else "choose among " ~ names | sort | join(', ')
                    )
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{#- How alike two names are, from 0 to 1: the share of pairs of letters of both. -#}
{% macro likeness(one, other) -%}
    {%- set pairs = [[], []] -%}
    {%- for name in [one, other] -%}
        {%- set found = pairs[loop.index0] -%}
        {%- for place in range(name | length - 1) -%}
            {%- do found.append(name[place:place + 2]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set shared = pairs[0] | select('in', pairs[1]) | list -%}
    {{ return(2 * shared | length / [pairs[0] | length + pairs[1] | length, 1] | max) }}
{%- endmacro %}


{#- Stops the run with an error that names a variable, its value and what to write
    instead.

    name: the variable.
    right: what to write instead, in words. -#}
{% macro raise_invalid_setting(name, right) -%}
    {{ exceptions.raise_compiler_error(
        name ~ " is " ~ sessions.as_typed(sessions.variable_as_written(name))
        ~ "; write " ~ right
    ) }}
{%- endmacro %}

{#- Stops the run before it has written anything when a variable is none it can build with. -#}
{% macro check_settings() -%}
    {%- do sessions.event_sources(var('event_sources')) -%}
    {%- do sessions.session_rules(
        var('session_rules'), var('session_rule_overrides'), var('session_rule_presets')
    ) -%}
    {%- for name in [
        'future_tolerance_minutes', 'engaged_seconds', 'suspicious_events_per_minute',
    ] -%}
        {%- set value = var(name) -%}
        {%- if value is not integer or value is boolean
            or not -2147483648 < value <= 2147483647 -%}
            {{ exceptions.raise_compiler_error(
                name ~ " is " ~ sessions.as_typed(value)
                ~ "; write a whole number between -2147483647 and 2147483647"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set days = var('attribution_lookback_days') -%}
    {%- if days is not integer or days is boolean or not 0 <= days <= 24855 -%}
        {{ exceptions.raise_compiler_error(
            "attribution_lookback_days is " ~ sessions.as_typed(days)
            ~ "; write a whole number of days between 0 and 24855"
        ) }}
    {%- endif -%}
    {%- set seconds = var('repeated_page_view_seconds') -%}
    {%- if seconds is not integer or seconds is boolean
        or not 0 <= seconds <= 2147483580 -%}
        {{ exceptions.raise_compiler_error(
            "repeated_page_view_seconds is " ~ sessions.as_typed(seconds)
            ~ "; write a whole number between 0 and 2147483580"
        ) }}
    {%- endif -%}
    {%- do sessions.check_funnel_steps(var('funnel_steps')) -%}
    {%- if var('ip_addresses') not in ['truncated', 'whole', 'dropped'] -%}
        {{ exceptions.raise_compiler_error(
            "ip_addresses is " ~ sessions.as_typed(var('ip_addresses'))
            ~ "; write truncated, whole or dropped"
        ) }}
    {%- endif -%}
    {%- for name in ['reporting_time_zone', 'reporting_currency'] -%}
        {%- if var(name) is not string or not var(name) -%}
            {{ exceptions.raise_compiler_error(
                name ~ " is " ~ sessions.as_typed(var(name))
                ~ "; write a text, such as the default in dbt_project.yml"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

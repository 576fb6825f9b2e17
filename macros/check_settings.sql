{#- Stops the run before it writes anything when a variable has an invalid value. -#}
{% macro check_settings() -%}
    {%- do sessions.event_sources(var('event_sources')) -%}
    {%- do sessions.session_rules_in_use() -%}
    {%- do sessions.check_funnel_steps(var('funnel_steps')) -%}
    {%- for name, lowest, highest in [
        ('future_tolerance_minutes', -2147483647, 2147483647),
        ('engaged_seconds', -2147483647, 2147483647),
        ('suspicious_events_per_minute', -2147483647, 2147483647),
        ('attribution_lookback_days', 0, 24855),
        ('repeated_page_view_seconds', 0, 2147483580),
        ('quality_baseline_days', 1, 4),
        ('quality_holds_percent', 0, 1000),
        ('quality_bot_engagement_percent', 0, 100),
        ('campaign_day_count', 1, 3650),
        ('campaign_baseline_days', 1, 3650),
    ] -%}
        {%- set value = var(name) -%}
        {%- if value is not integer or value is boolean
            or not lowest <= value <= highest -%}
            {%- do sessions.raise_invalid_setting(
                name, "a whole number between " ~ lowest ~ " and " ~ highest
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set deviations = var('quality_unusual_deviations') -%}
    {%- if deviations is not number or deviations is boolean or deviations < 0 -%}
        {%- do sessions.raise_invalid_setting(
            'quality_unusual_deviations', "a number that is not below 0"
        ) -%}
    {%- endif -%}
    {%- if var('ip_addresses') not in ['truncated', 'whole', 'dropped'] -%}
        {%- do sessions.raise_invalid_setting('ip_addresses', "truncated, whole or dropped") -%}
    {%- endif -%}
    {%- if not sessions.fits(var('source_events'), 'events') -%}
        {%- do sessions.raise_invalid_setting(
            'source_events', sessions.allowed_values('events')
        ) -%}
    {%- endif -%}
    {%- if not sessions.fits(var('server_side_events'), 'event list') -%}
        {%- do sessions.raise_invalid_setting(
            'server_side_events', sessions.allowed_values('event list')
        ) -%}
    {%- endif -%}
    {%- for name in ['reporting_time_zone', 'reporting_currency'] -%}
        {%- if var(name) is not string or not var(name) -%}
            {%- do sessions.raise_invalid_setting(
                name, "a text, such as the default in dbt_project.yml"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set day = var('campaign_first_date') -%}
    {%- if day is not none
        and not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', day | string) -%}
        {%- do sessions.raise_invalid_setting(
            'campaign_first_date', "a day such as 2026-03-18, or null"
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops the run with an error that names a variable, its value and what to write instead.

    name: the variable.
    right: what to write instead, in words. -#}
{% macro raise_invalid_setting(name, right) -%}
    {{ exceptions.raise_compiler_error(
        name ~ " is " ~ sessions.as_typed(var(name)) ~ "; write " ~ right
    ) }}
{%- endmacro %}

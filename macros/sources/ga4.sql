{#- Which part of the Google Analytics export a build reads. -#}


{#- The first day of the export that a build reads, as YYYYMMDD; none for all days: the
    variable ga4_lookback_days is unset, or nothing is built yet and everything is read. -#}
{% macro ga4_first_day_to_read() -%}
    {#- It contains a ref, which dbt collects at parse time. -#}
    {%- do sessions.table_of_builds() -%}
    {%- set days = sessions.setting('ga4_lookback_days') -%}
    {%- if days is none or not execute or not sessions.is_built('int_events_enriched') -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return((run_started_at - modules.datetime.timedelta(days=days)).strftime('%Y%m%d')) }}
{%- endmacro %}


{#- Stops a run that would build int_events_enriched from scratch from a view of the export
    that an earlier run has limited to the newest days. -#}
{% macro check_whole_export_is_read() -%}
    {%- if sessions.setting('ga4_lookback_days') is not none
        and 'ga4' in sessions.event_sources(sessions.setting('event_sources'))
        and 'model.sessions.base_ga4__events' not in selected_resources -%}
        {{ exceptions.raise_compiler_error(
            "int_events_enriched is built from scratch, and base_ga4__events has the days "
            ~ "of ga4_lookback_days alone; select +int_events_enriched+ or all models"
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- A text of the export; null for Analytics' own words for nothing, which stand in brackets,
    such as (not set) and (direct).

    text: a SQL expression. -#}
{% macro text_unless_bracketed(text) -%}
    {%- set value = sessions.text_or_null(text) -%}
    case when {{ value }} not like '(%)' then {{ value }} end
{%- endmacro %}

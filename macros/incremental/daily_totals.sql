{#- Tables of totals by day. -#}


{#- The columns that make a row of a table of daily totals.

    model_name: an incremental model of that kind. -#}
{% macro grain_of(model_name) -%}
    {{ return({
        'agg_sessions_daily': [
            'site_id', 'session_date', 'channel', 'traffic_source', 'traffic_medium',
            'traffic_campaign', 'device_category', 'country',
        ],
        'agg_landing_pages_daily': ['site_id', 'session_date', 'landing_page_path'],
        'agg_funnel_daily': ['site_id', 'session_date', 'channel', 'device_category'],
    }[model_name]) }}
{%- endmacro %}


{#- Whether sessions of a day are to be counted again for a table of daily totals.

    model_name: an incremental model of that kind. -#}
{% macro is_on_pending_day(model_name) -%}
    session_date in (
        select session_date from {{ ref('int_session_days_pending') }}
        where model_name = '{{ model_name }}'
    )
{%- endmacro %}

{#- Makes an empty raw.events where there is none, so that a first build passes before the
    first load. Elsewhere than on DuckDB the loader owns the table. -#}
{% macro create_raw_events() -%}
    {%- if 'generic' in sessions.event_sources(var('event_sources')) -%}
        {{ adapter.dispatch('create_raw_events', 'sessions')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__create_raw_events() -%}
{%- endmacro %}

{% macro duckdb__create_raw_events() -%}
    {#- Named with its database: in a file called raw.duckdb, raw alone is ambiguous. -#}
    {%- set schema = adapter.quote(target.database) ~ '.raw' -%}
    create schema if not exists {{ schema }};
    create table if not exists {{ schema }}.events (
        event_id varchar,
        site_id varchar,
        visitor_id varchar,
        user_id varchar,
        event_name varchar,
        event_at timestamp,
        event_sequence bigint,
        loaded_at timestamp,
        page_url varchar,
        referrer_url varchar,
        user_agent varchar,
        ip_address varchar,
        country varchar,
        traffic_source varchar,
        traffic_medium varchar,
        traffic_campaign varchar,
        traffic_term varchar,
        traffic_content varchar,
        order_id varchar,
        revenue decimal(18, 2),
        currency varchar,
        product_id varchar,
        quantity bigint
    );
{%- endmacro %}

{#- The tables of the Google Analytics 4 export, and what is read of them. -#}


{#- The columns of the export that the models read, each with its type as DuckDB spells it.
    Source: support.google.com/analytics/answer/7029846. -#}
{% macro ga4_columns() -%}
    {%- set parameters = 'struct("key" varchar, "value" struct('
        ~ 'string_value varchar, int_value bigint, float_value double, '
        ~ 'double_value double))[]' -%}
    {{ return({
        'event_date': 'varchar',
        'event_timestamp': 'bigint',
        'event_name': 'varchar',
        'event_params': parameters,
        'event_bundle_sequence_id': 'bigint',
        'batch_page_id': 'bigint',
        'batch_ordering_id': 'bigint',
        'batch_event_index': 'bigint',
        'user_id': 'varchar',
        'user_pseudo_id': 'varchar',
        'stream_id': 'varchar',
        'platform': 'varchar',
        'privacy_info': 'struct(analytics_storage varchar)',
        'device': 'struct(category varchar, operating_system varchar, '
            ~ '"language" varchar, web_info struct(browser varchar))',
        'geo': 'struct(country varchar, region varchar, city varchar)',
        'collected_traffic_source': 'struct(manual_source varchar, '
            ~ 'manual_medium varchar, manual_campaign_name varchar, '
            ~ 'manual_term varchar, manual_content varchar, gclid varchar, '
            ~ 'dclid varchar, srsltid varchar)',
        'ecommerce': 'struct(transaction_id varchar, purchase_revenue double, '
            ~ 'refund_value double, tax_value double, shipping_value double)',
        'items': 'struct(item_id varchar, item_name varchar, item_brand varchar, '
            ~ 'item_variant varchar, item_category varchar, price double, '
            ~ 'quantity bigint, item_list_name varchar)[]',
    }) }}
{%- endmacro %}


{#- A column of the export as it is read.

    name: one of ga4_columns.
    found: the names of the columns that the table has; empty where that is not known. -#}
{% macro ga4_column(name, found) -%}
    {%- if found and name not in found
        and name in ['event_date', 'event_timestamp', 'event_name', 'event_params'] -%}
        {{ exceptions.raise_compiler_error(
            "the Google Analytics export has no column " ~ name ~ "; copy its tables "
            ~ "with all columns"
        ) }}
    {%- endif -%}
    {{ return(adapter.dispatch('ga4_column', 'sessions')(name, found)) }}
{%- endmacro %}

{% macro default__ga4_column(name, found) -%}
    {{ name }}
{%- endmacro %}

{#- A cast of a struct goes by names: a field that a table lacks is null, and one that is
    new is left out. A copy may have made a date of the day, and a timestamp of the
    microseconds. -#}
{% macro duckdb__ga4_column(name, found) -%}
    {%- if name in found and name == 'event_date' -%}
        {{ return("replace(cast(event_date as varchar), '-', '')") }}
    {%- elif name in found and name == 'event_timestamp' -%}
        {{ return(
            'coalesce(try_cast(cast(event_timestamp as varchar) as bigint), '
            ~ 'epoch_us(try_cast(cast(event_timestamp as varchar) as timestamp)))'
        ) }}
    {%- endif -%}
    try_cast(
        {{- name if name in found else 'null' }} as {{ sessions.ga4_columns()[name] -}}
    )
{%- endmacro %}


{#- The tables of the export, as a list: the relation, the names of its columns if they are
    known, the condition that its rows are of a day that is not complete, and the condition
    on rows to be read.

    since: the first day to be read, as YYYYMMDD; none for all. -#}
{% macro ga4_tables(since=none) -%}
    {#- At parse time dbt collects the references of all engines. -#}
    {%- set daily, intraday = source('ga4', 'events'), source('ga4', 'events_intraday') -%}
    {{ return(adapter.dispatch('ga4_tables', 'sessions')(daily, intraday, since)) }}
{%- endmacro %}

{% macro default__ga4_tables(daily, intraday, since) -%}
    {%- set tables = [] -%}
    {%- set existing = [] -%}
    {%- for relation in [daily, intraday] if sessions.is_existing_source(relation) -%}
        {%- do existing.append(relation) -%}
    {%- endfor -%}
    {%- for relation in existing -%}
        {%- do tables.append({
            'relation': relation,
            'found': sessions.columns_found(relation),
            'is_intraday': 'true' if relation.identifier == intraday.identifier else 'false',
            'is_read': sessions.ga4_column('event_date', sessions.columns_found(relation))
                ~ " >= '" ~ since ~ "'" if since else 'true',
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- Copies of single days may lie beside the tables or in place of them. -#}
{% macro duckdb__ga4_tables(daily, intraday, since) -%}
    {%- set tables = sessions.default__ga4_tables(daily, intraday, since) -%}
    {%- if execute and model.resource_type != 'unit_test' -%}
        {%- for row in run_query(
            'select table_name from information_schema.tables where table_catalog = '
            ~ sessions.quote_literal(daily.database) ~ ' and table_schema = '
            ~ sessions.quote_literal(daily.schema)
            ~ " and regexp_full_match(table_name, '"
            ~ daily.identifier ~ "_(intraday_)?[0-9]{8}') order by table_name"
        ).rows -%}
            {%- set relation = api.Relation.create(
                database=daily.database, schema=daily.schema, identifier=row[0]
            ) -%}
            {%- do tables.append({
                'relation': relation,
                'found': sessions.columns_found(relation),
                'is_intraday': 'true' if '_intraday_' in row[0] else 'false',
                'is_read': 'false' if since and row[0][-8:] < since else 'true',
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(tables) }}
{%- endmacro %}

{#- One wildcard for the tables of all days, those of intraday exports included. Tables are
    left out by constants that their suffix is compared with. -#}
{% macro bigquery__ga4_tables(daily, intraday, since) -%}
    {%- set is_read -%}
        regexp_contains(_table_suffix, r'^(intraday_)?[0-9]{8}$')
        {%- if since %}
        and (
            _table_suffix between '{{ since }}' and '99991231'
            or _table_suffix >= 'intraday_{{ since }}'
        )
        {%- endif %}
    {%- endset -%}
    {{ return([{
        'relation': api.Relation.create(
            database=daily.database, schema=daily.schema,
            identifier=daily.identifier ~ '_*'
        ),
        'found': [],
        'is_intraday': "starts_with(_table_suffix, 'intraday_')",
        'is_read': is_read,
    }]) }}
{%- endmacro %}


{#- The parameters of an event as JSON, so that own columns can be read from them.

    parameters: the list, such as event_params. -#}
{% macro parameters_as_json(parameters) -%}
    {{ return(adapter.dispatch('parameters_as_json', 'sessions')(parameters)) }}
{%- endmacro %}

{#- The export is made in BigQuery; elsewhere a copy may have any shape. -#}
{% macro default__parameters_as_json(parameters) -%}
    cast(null as {{ sessions.type_text() }})
{%- endmacro %}

{% macro duckdb__parameters_as_json(parameters) -%}
    '{' || array_to_string(
        list_transform(
            {{- parameters }}, lambda parameter:
            to_json(parameter.key) || ':' || coalesce(
                to_json(parameter.value.string_value),
                to_json(parameter.value.int_value),
                to_json(coalesce(
                    parameter.value.double_value, parameter.value.float_value
                )),
                'null'
            )
        ), ','
    ) || '}'
{%- endmacro %}

{% macro bigquery__parameters_as_json(parameters) -%}
    (
        select '{' || string_agg(
            to_json_string(parameter.key) || ':' || coalesce(
                to_json_string(parameter.value.string_value),
                to_json_string(parameter.value.int_value),
                to_json_string(coalesce(
                    parameter.value.double_value, parameter.value.float_value
                )),
                'null'
            ), ','
        ) || '}'
        from unnest({{ parameters }}) as parameter
    )
{%- endmacro %}

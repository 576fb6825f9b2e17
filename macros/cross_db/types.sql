{#- Types that have other names, or other meanings, on some engines. -#}


{#- Text of any length. -#}
{% macro type_text() -%}
    {{ return(adapter.dispatch('type_text', 'sessions')()) }}
{%- endmacro %}

{% macro default__type_text() -%}
    {{ return(dbt.type_string()) }}
{%- endmacro %}

{#- Redshift's type text holds 256 bytes. -#}
{% macro redshift__type_text() -%}
    {{ return('varchar(65535)') }}
{%- endmacro %}


{#- A timestamp in UTC, or in local time, to the microsecond. -#}
{% macro type_timestamp_utc() -%}
    {{ return(adapter.dispatch('type_timestamp_utc', 'sessions')()) }}
{%- endmacro %}

{% macro default__type_timestamp_utc() -%}
    {{ return(dbt.type_timestamp()) }}
{%- endmacro %}

{#- In Snowflake, an account setting decides what the type timestamp means. -#}
{% macro snowflake__type_timestamp_utc() -%}
    {{ return('timestamp_ntz') }}
{%- endmacro %}

{#- Trino's timestamp is precise to milliseconds, ClickHouse's to seconds. -#}
{% macro trino__type_timestamp_utc() -%}
    {{ return('timestamp(6)') }}
{%- endmacro %}

{% macro clickhouse__type_timestamp_utc() -%}
    {{ return("DateTime64(6, 'UTC')") }}
{%- endmacro %}


{#- Local time: a date and a time of day that no tool converts to another time zone. -#}
{% macro type_timestamp_local() -%}
    {{ return(adapter.dispatch('type_timestamp_local', 'sessions')()) }}
{%- endmacro %}

{% macro default__type_timestamp_local() -%}
    {{ return(sessions.type_timestamp_utc()) }}
{%- endmacro %}

{% macro bigquery__type_timestamp_local() -%}
    {{ return('datetime') }}
{%- endmacro %}

{% macro spark__type_timestamp_local() -%}
    {{ return('timestamp_ntz') }}
{%- endmacro %}


{#- A floating-point number of 64 bits. -#}
{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double', 'sessions')()) }}
{%- endmacro %}

{% macro default__type_double() -%}
    {{ return('double') }}
{%- endmacro %}

{% macro postgres__type_double() -%}
    {{ return('double precision') }}
{%- endmacro %}

{% macro bigquery__type_double() -%}
    {{ return('float64') }}
{%- endmacro %}

{% macro clickhouse__type_double() -%}
    {{ return('Float64') }}
{%- endmacro %}


{#- The engine's type for a type name in the yml, for a table created from its contract or
    for a seed.

    word: such as string, timestamp or varchar(255). -#}
{% macro type_of(word) -%}
    {{ return(adapter.dispatch('type_of', 'sessions')(word)) }}
{%- endmacro %}

{% macro default__type_of(word) -%}
    {%- if word == 'string' -%}
        {{ return(sessions.type_text()) }}
    {%- elif word == 'timestamp' -%}
        {{ return(sessions.type_timestamp_utc()) }}
    {%- elif word == 'timestamp without time zone' -%}
        {{ return(sessions.type_timestamp_local()) }}
    {%- elif word == 'double' -%}
        {{ return(sessions.type_double()) }}
    {%- endif -%}
    {{ return(word) }}
{%- endmacro %}

{#- BigQuery does not limit the texts of a seed, and its decimals have nine places. -#}
{% macro bigquery__type_of(word) -%}
    {%- if word.startswith('varchar') -%}
        {{ return('string') }}
    {%- elif word in ('decimal(18, 10)', 'decimal(38, 0)') -%}
        {{ return(word | replace('decimal', 'bignumeric')) }}
    {%- elif word in ('string', 'timestamp') -%}
        {{ return(word) }}
    {%- endif -%}
    {{ return(sessions.default__type_of(word)) }}
{%- endmacro %}

{#- ClickHouse stores a null only in a Nullable type. -#}
{% macro clickhouse__type_of(word) -%}
    {%- if word.startswith('Nullable') -%}
        {{ return(word) }}
    {%- elif word == 'string' or word.startswith('varchar') -%}
        {{ return('Nullable(String)') }}
    {%- endif -%}
    {{ return('Nullable(' ~ sessions.default__type_of(word) ~ ')') }}
{%- endmacro %}


{#- The columns and constraints of a model's contract. This macro and
    get_assert_columns_equivalent override dbt's own for the models of this package. -#}
{% macro get_table_columns_and_constraints() -%}
    {%- do sessions.use_types_in_contract() -%}
    {{ return(dbt.get_table_columns_and_constraints()) }}
{%- endmacro %}


{#- Replaces the types that the yml declares for a model's columns by those of the engine. A
    model with `meta: {has_event_columns: true}` has all columns of an event, including
    those that its yml does not list, and one with has_own_columns has those that own
    columns have in sessions. -#}
{% macro use_types_in_contract() -%}
    {%- for column in sessions.event_columns()
        if model.config.meta.has_event_columns and column.name not in model.columns -%}
        {%- do model.columns.update({column.name: dict(**column)}) -%}
    {%- endfor -%}
    {%- for column in (
        sessions.own_session_columns() if model.config.meta.has_own_columns else []
    ) if column.name not in model.columns -%}
        {%- do model.columns.update({column.name: dict(**column)}) -%}
    {%- endfor -%}
    {%- set types = {} -%}
    {%- for column in model.columns.values() -%}
        {%- if column.data_type not in types -%}
            {%- do types.update({column.data_type: sessions.type_of(column.data_type)}) -%}
        {%- endif -%}
        {%- do column.update({'data_type': types[column.data_type]}) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Fails where the columns of a query differ from the contract of its model.

    sql: the query. -#}
{% macro get_assert_columns_equivalent(sql) -%}
    {%- do sessions.use_types_in_contract() -%}
    {#- A later build selects into a temporary table, and on_schema_change fails where its
        columns are not those of the table, which the contract made. Planning the query once
        more for the contract was a tenth of a build that finds nothing new. -#}
    {%- if not is_incremental() -%}
        {{ return(adapter.dispatch('assert_contract', 'sessions')(sql)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__assert_contract(sql) -%}
    {{ return(dbt.get_assert_columns_equivalent(sql)) }}
{%- endmacro %}

{#- dbt-clickhouse compares types by their full names; column names are enough where the
    table is created from its contract. -#}
{% macro clickhouse__assert_contract(sql) -%}
    {%- set found = adapter.get_column_schema_from_query(sql) -%}
    {%- if found | map(attribute='name') | sort != model.columns.keys() | sort -%}
        {%- do exceptions.raise_contract_error(
            model.columns.values() | list, adapter.format_columns(found)
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- The columns of a model's contract, all null, as a list for a select. -#}
{% macro nulls_of_contract() -%}
    {%- set columns = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do columns.append(
            'cast(null as ' ~ sessions.type_of(column.data_type) ~ ') as ' ~ column.name
        ) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{{ config(enabled='ga4' in event_sources(setting('event_sources'))) }}
{%- set tables = ga4_tables(ga4_first_day_to_read()) %}

with

{% for table in tables -%}
rows_of_table_{{ loop.index }} as (

    select
        {%- for name in ga4_columns() %}
        {{ ga4_column(name, table.found) }} as {{ name }},
        {%- endfor %}
        {{ table.is_intraday }} as is_intraday

    from {{ table.relation }}

    where {{ table.is_read }}

),

{% endfor -%}
rows_exported as (
    {% for table in tables %}
    select * from rows_of_table_{{ loop.index }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    -- an export that is not there yet
    select
        {%- for name in ga4_columns() %}
        {{ ga4_column(name, []) }} as {{ name }},
        {%- endfor %}
        false as is_intraday

    from {{ source('ga4', 'events') }}
    {%- endfor %}
),

days_complete as (

    select distinct event_date

    from rows_exported

    where
        not is_intraday
        and event_date is not null

),

-- the table of a complete day has the rows of its intraday table again. A row that
-- names no day is of the one on which it happened
rows_counted as (

    select
        rows_exported.*,
        coalesce(
            {{ date_from_digits('rows_exported.event_date') }},
            {{ dbt.date_trunc(
                'day', timestamp_from_microseconds('rows_exported.event_timestamp')
            ) }}
        ) as exported_day

    from rows_exported
    left join days_complete
        on rows_exported.event_date = days_complete.event_date

    where
        not rows_exported.is_intraday
        or days_complete.event_date is null

),

rows_with_keys as (

    select
        *,
        -- the export has no id of an event: two rows equal in all this are one event
        {{ key_to_text(surrogate_key([
            text_or_null('user_pseudo_id'),
            text_or_null('event_timestamp'),
            text_or_null('event_name'),
            text_or_null('event_bundle_sequence_id'),
            nested_as_text('event_params'),
        ])) }} as event_id,
        -- when the day has ended in every time zone: rows do not say when they arrived
        {{ timestamp_add('day', 2, 'exported_day') }} as loaded_at,
        {{ checksum_of_load(ga4_columns() | list, 'exported_day') | indent(8) }}
            as load_checksum

    from rows_counted

)

select * from rows_with_keys

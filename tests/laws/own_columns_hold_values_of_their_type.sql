-- Values that are null in an own column because they are not of its type: a row per
-- source and column, with how many there are and one of them. Correct them where they
-- come from, or give the column the type text in own_columns.
--
-- depends_on: {{ ref('int_events_enriched') }}
{{ config(severity='warn', **message_of_law()) }}
{%- set queries = [] %}
{%- for source in event_sources(setting('event_sources')) %}
{%- set relation = ref('stg_' ~ source ~ '__events') %}
{%- set found = columns_found(relation) if own_columns() else [] %}
{%- for column in own_columns()
    if column.type != 'text' and source_of_own_column(column) in found %}
{%- set given = own_value(dict(column, type='text'), found) %}
{%- set query %}
select
    '{{ source }}' as event_source,
    '{{ column.name }}' as column_name,
    count(*) as event_count,
    min({{ given }}) as example

from {{ relation }}

where
    {{ is_loaded_in_test_scope(timestamp_or_null('loaded_at')) }}
    and {{ given }} is not null
    and {{ own_value(column, found) }} is null

having count(*) > 0
{%- endset %}
{%- do queries.append(query) %}
{%- endfor %}
{%- endfor %}

{% if queries %}
{{ queries | join('\n\nunion all\n') }}
{% else %}
select event_id
from {{ ref('stg_events') }}
where false
{% endif %}

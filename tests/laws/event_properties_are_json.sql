-- Sources with rows whose event_properties are not JSON, where own_columns takes
-- columns out of them: these columns are null there. Usual reasons are text that was
-- cut off, and objects as a programming language prints them, in single quotes. Mend
-- them where they are loaded or staged, then type: dbt build --full-refresh
--
-- depends_on: {{ ref('int_events_enriched') }}
{{ config(severity='warn', **message_of_law()) }}
{%- set queries = [] %}
{%- for source in event_sources(setting('event_sources')) %}
{%- set relation = ref('stg_' ~ source ~ '__events') %}
{%- set is_read = 'event_properties' in sources_of_own_columns() %}
{%- set found = types_found(relation) if is_read else {} %}
{%- if 'event_properties' in found %}
{%- set properties = trimmed(
    json_as_text('event_properties', found['event_properties']) | trim
) %}
{%- set event_source = 'event_source' if 'event_source' in found else 'null' %}
{%- set query %}
select
    coalesce({{ text_or_null(event_source) }}, '{{ source }}') as event_source,
    'event_properties' as column_name,
    count(*) as found_count,
    min({{ properties }}) as example,
    'write a JSON object as text: mend it where it is loaded or staged' as what_to_do

from {{ relation }}

where
    {{ is_loaded_in_test_scope(timestamp_or_null('loaded_at')) }}
    and {{ properties }} is not null
    and not {{ is_json(properties) }}

group by coalesce({{ text_or_null(event_source) }}, '{{ source }}')
{%- endset %}
{%- do queries.append(query) %}
{%- endif %}
{%- endfor %}

{% if queries %}
{{ queries | join('\n\nunion all\n') }}
{% else %}
select event_id
from {{ ref('stg_events') }}
where false
{% endif %}

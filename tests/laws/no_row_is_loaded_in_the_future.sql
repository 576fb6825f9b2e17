-- Rows whose loaded_at lies after the warehouse's clock. They are not built until that
-- time has come. Where it never will, correct loaded_at in the raw table: set it on
-- arrival, in UTC. Sources that compare their loads do not wait.
--
-- What stg_events says of a source comes first:
-- depends_on: {{ ref('stg_events') }}
{{ config(severity='warn', **message_of_law()) }}
{%- set sources = event_sources(setting('event_sources'))
    | reject('in', sources_that_compare_loads()) | list %}

{% for source in sources %}
select
    '{{ source }}' as staging_folder,
    event_id,
    event_name,
    loaded_at

from {{ ref('stg_' ~ source ~ '__events') }}

where {{ timestamp_or_null('loaded_at') }} > {{ current_timestamp_utc() }}
{{ 'union all' if not loop.last }}
{% else %}
select 'all sources compare their loads' as staging_folder
where 1 = 0
{% endfor %}

-- Events that the source segment has in tracks and, a day after they arrived, not in
-- the table of the event: they are in no mart. Sync that table; or take it out of the
-- variables segment_order_tables and segment_event_tables, and the event is read from
-- tracks, without order, products and value.
{{ config(
    severity='warn',
    enabled='segment' in event_sources(setting('event_sources'))
) }}
{%- set tracks = segment_tables(['track']) %}
{%- set tables = segment_tables(['order', 'event']) %}
{%- set ids = ['id', 'message_id'] %}
with

tracks as (
    {%- for table in tracks or [{'relation': none}] %}

    select
        {{ first_of_columns(table.relation, ids) }} as event_id,
        {{ first_of_columns(table.relation, ['event_text', 'event']) }} as event_name,
        {{ first_of_columns(
            table.relation, segment_loaded_at(table.relation), 'timestamp'
        ) }} as loaded_at

    {{ from_given(table.relation) }}
    {%- endfor %}

),

events as (
    {% for table in tables or [{'relation': none}] %}
    select {{ first_of_columns(table.relation, ids) }} as event_id

    {{ from_given(table.relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    tracks.event_name,
    count(*) as event_count,
    min(tracks.event_id) as example_event_id,
    max(tracks.loaded_at) as newest_loaded_at

from tracks
left join events
    on tracks.event_id = events.event_id

where
    {{ is_segment_event_of_table('tracks.event_name') }}
    and events.event_id is null
    and tracks.loaded_at < {{ timestamp_add('day', -1, current_timestamp_utc()) }}
    and {{ is_loaded_in_test_scope('tracks.loaded_at') }}

group by tracks.event_name

-- Events that the source segment has in tracks and, a day after they arrived, not in
-- the table of the event. Where that table does not exist they are read from tracks,
-- without order, products and value; otherwise they are in no mart. Sync the table; or
-- take it out of the variables segment_order_tables and segment_event_tables, and all
-- its events are read from tracks.
{{ config(
    severity='warn',
    enabled='segment' in event_sources(setting('event_sources')),
    **message_of_law()
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
),

tracks_by_table as (

    select
        *,
        {{ segment_table_of_event('event_name') | indent(8) }} as event_table

    from tracks

),

tracks_alone as (

    select
        tracks_by_table.*,
        {{ is_read_from_tracks(
            'tracks_by_table.event_table', 'tracks_by_table.loaded_at'
        ) | indent(8) }} as is_read_from_tracks

    from tracks_by_table
    left join events
        on tracks_by_table.event_id = events.event_id

    where
        tracks_by_table.event_table is not null
        and events.event_id is null
        and tracks_by_table.loaded_at
        < {{ timestamp_add('day', -1, current_timestamp_utc()) }}
        and {{ is_loaded_in_test_scope('tracks_by_table.loaded_at') }}

)

select
    event_table,
    is_read_from_tracks,
    count(*) as event_count,
    min(event_id) as example_event_id,
    max(loaded_at) as newest_loaded_at

from tracks_alone

group by event_table, is_read_from_tracks

-- Ids on more than one in twenty of a source's events that have one, on a hundred or
-- more, and on twenty times as many as the average id: a word for no id that
-- placeholder_values does not know, or a device of which many people are one visitor.
-- Add the word to the seed own_placeholder_values, then type: dbt build --full-refresh
{{ config(severity='warn', **message_of_law()) }}
with

ids as (
    {% for column in ['visitor_id', 'user_id', 'order_id'] %}
    select
        event_source,
        '{{ column }}' as column_name,
        {{ column }} as id,
        count(*) as found_count
    from {{ ref('int_events_enriched') }}
    where
        {{ is_in_test_scope('event_date') }}
        and exclusion_reason is null
        and {{ column }} is not null
    group by event_source, {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totals as (

    select
        event_source,
        column_name,
        sum(found_count) as row_count,
        count(*) as id_count

    from ids

    group by event_source, column_name

)

select
    ids.event_source,
    ids.column_name,
    ids.id,
    totals.row_count,
    ids.found_count,
    'add it to own_placeholder_values if it stands for no id' as what_to_do

from ids
inner join totals
    on
        ids.event_source = totals.event_source
        and ids.column_name = totals.column_name

where
    ids.found_count >= 100
    and ids.found_count * totals.id_count >= 20 * totals.row_count
    and {{ is_more_than_usual('ids.found_count', 'totals.row_count', 5) }}

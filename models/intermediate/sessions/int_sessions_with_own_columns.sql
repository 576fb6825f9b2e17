{{ config(enabled=own_session_columns() | length > 0) }}

with

sessionized_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
    {% if existing_relation('int_sessions_enriched') %}
        and {{ in_affected_island('int_sessions_enriched') }}
    {% endif %}

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if existing_relation('int_sessions_enriched') %}
        and {{ is_event_of('sessionized_events', 'loaded_date') }}
    {% endif %}

),

-- first and last are those of the events that have a value
events_of_sessions as (

    select
        sessionized_events.session_key,
        sessionized_events.event_number
        {%- for column in own_session_columns() %},
        {%- if column.in_sessions in ['first', 'last'] %}
        {{ 'min' if column.in_sessions == 'first' else 'max' }}(
            case
                when events.{{ column.column }} is not null
                    then sessionized_events.event_number
            end
        ) over (partition by sessionized_events.session_key)
            as {{ column.column }}_event_number,
        {%- endif %}
        events.{{ column.column }}
        {%- endfor %}

    from sessionized_events
    inner join events
        on sessionized_events.event_key = events.event_key

),

sessions as (

    select
        session_key
        {%- for column in own_session_columns() %},
        {{ own_column_summary(column) }} as {{ column.name }}
        {%- endfor %}

    from events_of_sessions

    group by session_key

)

select * from sessions

with

names_given as (

    select distinct event_name as event_name_given
    from {{ ref('int_events_this_run') }}

),

names_normalized as (

    select
        event_name_given,
        {{ normalized_name('event_name_given') }} as normalized_name

    from names_given

),

event_names as (

    select
        names_normalized.event_name_given,
        coalesce(known_names.event_name, names_normalized.event_name_given)
            as event_name

    from names_normalized
    left join {{ ref('stg_seeds__event_names') }} as known_names
        on names_normalized.normalized_name = known_names.normalized_name

),

-- what has to be known of a row to say of which event it is a delivery
events_identified as (

    select
        {%- for name in event_columns() | map(attribute='name')
            if name not in ['visitor_id', 'event_name'] %}
        events.{{ name }},
        {%- endfor %}
        case when id_words.word is null then events.visitor_id end as visitor_id,
        event_names.event_name,
        events.event_name as event_name_given,
        events.load_checksum

    from {{ ref('int_events_this_run') }} as events
    left join event_names
        on events.event_name = event_names.event_name_given
    left join {{ ref('stg_seeds__placeholder_values') }} as id_words
        on
            id_words.kind = 'id'
            and {{ lower_ascii('events.visitor_id') }} = id_words.word

)

select * from events_identified

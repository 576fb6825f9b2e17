with

placeholders as (

    select * from {{ ref('stg_seeds__placeholder_values') }}

),

-- words for nothing are null, and events have the names that all later models know
events_cleaned as (

    select
        {%- for name in event_columns() | map(attribute='name')
            if name not in placeholder_kinds() and name != 'event_name' %}
        events.{{ name }},
        {%- endfor %}
        {%- for name, kind in placeholder_kinds().items() %}
        case when {{ name }}_words.word is null then events.{{ name }} end
            as {{ name }},
        {%- endfor %}
        event_names.event_name,
        events.event_name as event_name_given

    from {{ ref('int_events_this_run') }} as events
    left join {{ ref('int_lookup_event_names') }} as event_names
        on events.event_name = event_names.event_name_given
    {%- for name, kind in placeholder_kinds().items() %}
    left join placeholders as {{ name }}_words
        on
            {{ name }}_words.kind = '{{ kind }}'
            and {{ lower_ascii('events.' ~ name) }} = {{ name }}_words.word
    {%- endfor %}

)

select * from events_cleaned

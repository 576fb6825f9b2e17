{{ config(**reused_within_run()) }}

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

    where event_name_given is not null

)

select
    names_normalized.event_name_given,
    coalesce(known_names.event_name, names_normalized.event_name_given) as event_name

from names_normalized
left join {{ ref('stg_seeds__event_names') }} as known_names
    on names_normalized.normalized_name = known_names.normalized_name

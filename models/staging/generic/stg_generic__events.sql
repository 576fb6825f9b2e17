{{ config(enabled='generic' in var('event_sources').split()) }}

with

source as (

    select * from {{ source('raw', 'events') }}

),

-- the columns of raw.events are those of every event
renamed as (

    select
        {{ contracted_columns(source('raw', 'events')) | join(',\n        ') }}

    from source

)

select * from renamed

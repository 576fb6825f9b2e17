{{ config(enabled='generic' in event_sources(setting('event_sources'))) }}

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

{{ config(enabled='generic' in var('event_sources').split()) }}

with

source as (

    select * from {{ source('raw', 'events') }}

),

-- the columns of raw.events are those of every event
renamed as (

    select
        {%- for column in event_columns_of(source('raw', 'events')) %}
        {{ as_contracted(column) }} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from source

)

select * from renamed

with

placeholder_values as (

    select
        kind,
        {{ lower_ascii('value') }} as word

    from {{ ref('placeholder_values') }}

    union distinct

    select
        kind,
        {{ lower_ascii('value') }} as word

    from {{ ref('own_placeholder_values') }}

    union distinct

    -- a seed cannot hold this word
    select
        kind,
        'null' as word

    from {{ ref('placeholder_values') }}

    where kind != 'direct'

)

select * from placeholder_values

where word is not null

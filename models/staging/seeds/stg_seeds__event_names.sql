with

names as (

    select
        1 as seed_number,
        {{ normalized_name('given') }} as normalized_name,
        canonical

    from {{ ref('own_event_names') }}

    union all

    select
        2 as seed_number,
        {{ normalized_name('given') }} as normalized_name,
        canonical

    from {{ ref('event_names') }}

),

-- your own names come first; of two rows for one name, the smallest as text
names_in_order as (

    select
        normalized_name,
        canonical,
        row_number() over (
            partition by normalized_name
            order by seed_number, {{ collate_binary('canonical') }}
        ) as name_number

    from names

    where
        normalized_name is not null
        and canonical is not null

)

select
    normalized_name,
    cast(canonical as {{ type_text() }}) as event_name

from names_in_order

where name_number = 1

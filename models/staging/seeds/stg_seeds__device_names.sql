with

names as (

    select
        1 as seed_number,
        kind,
        {{ lower_ascii('given') }} as given_name,
        value as device_name

    from {{ ref('own_device_names') }}

    union all

    select
        2 as seed_number,
        kind,
        {{ lower_ascii('given') }} as given_name,
        value as device_name

    from {{ ref('device_names') }}

    union all

    -- a seed cannot hold this word
    select
        2 as seed_number,
        kind,
        'null' as given_name,
        cast(null as {{ type_text() }}) as device_name

    from {{ ref('device_names') }}

    union all

    -- what a user agent is found to be is a name of its own
    select
        3 as seed_number,
        case kind
            when 'device' then 'device_category'
            when 'system' then 'operating_system'
            else kind
        end as kind,
        {{ lower_ascii('value') }} as given_name,
        value as device_name

    from {{ ref('user_agent_patterns') }}

),

-- your own names come first; of two rows for one name, the smallest as text
names_in_order as (

    select
        kind,
        given_name,
        device_name,
        row_number() over (
            partition by kind, given_name
            order by seed_number, {{ collate_binary("coalesce(device_name, '')") }}
        ) as name_number

    from names

    where given_name is not null

)

select
    kind,
    given_name,
    cast(device_name as {{ type_text() }}) as device_name

from names_in_order

where name_number = 1

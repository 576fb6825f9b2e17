with

bots as (

    select user_agent from {{ ref('int_lookup_user_agents') }}

    where is_bot

),

internal_addresses as (

    select distinct addresses.ip_address

    from {{ ref('int_lookup_ip_addresses') }} as addresses
    inner join {{ ref('int_lookup_internal_networks') }} as networks
        on
            addresses.address_digits >= networks.first_digits
            and addresses.address_digits <= networks.last_digits

),

-- why a row is not an event of a visit; null if no exclusion applies
events_classified as (

    select
        events.*,
        case
            when {{ is_invalid('events.') }} then 'invalid'
            when events.delivery_number > 1 then 'duplicate'
            when {{ is_future(var('future_tolerance_minutes'), 'events.') }}
                then 'future'
            when bots.user_agent is not null then 'bot'
            when internal_addresses.ip_address is not null then 'internal'
        end as exclusion_reason

    from {{ ref('int_events_deduplicated') }} as events
    left join bots
        on events.user_agent = bots.user_agent
    left join internal_addresses
        on events.ip_address = internal_addresses.ip_address

)

select * from events_classified

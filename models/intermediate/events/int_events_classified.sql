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

deliveries as (

    select
        *,
        {{ matches_event_filter(setting('server_side_events')) }} as may_be_server_side,
        {{ url_host('page_url') }} as page_host

    from {{ ref('int_events_deduplicated') }}

    {{ optimization_fence() }}

),

deliveries_judged as (

    select
        events.*,
        bots.user_agent is not null as is_of_bot,
        internal_addresses.ip_address is not null
        or coalesce({{ is_internal_host('events.page_host') }}, false) as is_internal

    from deliveries as events
    left join bots
        on events.user_agent = bots.user_agent
    left join internal_addresses
        on events.ip_address = internal_addresses.ip_address

),

-- why a row is not an event of a visit; null if no exclusion applies. A shop's server
-- sends purchases with the agent of a program, from an address of its own
events_classified as (

    select
        *,
        coalesce(may_be_server_side, false) and (is_of_bot or is_internal)
            as is_server_side,
        case
            when {{ is_invalid() }} then 'invalid'
            when delivery_number > 1 then 'duplicate'
            when {{ is_future(setting('future_tolerance_minutes')) }} then 'future'
            when visitor_id is null then 'invalid'
            when may_be_server_side then null
            when is_of_bot then 'bot'
            when is_internal then 'internal'
        end as exclusion_reason

    from deliveries_judged

)

select * from events_classified

with

-- an agent or an address is judged once, however many events have it
user_agents as (

    select * from {{ ref('int_lookup_user_agents') }}

),

ip_addresses as (

    select * from {{ ref('int_lookup_ip_addresses') }}

),

internal_addresses as (

    select distinct ip_addresses.ip_address

    from ip_addresses
    inner join {{ ref('int_lookup_internal_networks') }} as networks
        on
            ip_addresses.address_digits >= networks.first_digits
            and ip_addresses.address_digits <= networks.last_digits

),

addresses_judged as (

    select
        ip_addresses.ip_address,
        ip_addresses.truncated_ip_address,
        internal_addresses.ip_address is not null as is_internal

    from ip_addresses
    left join internal_addresses
        on ip_addresses.ip_address = internal_addresses.ip_address

),

deliveries_judged as (

    select
        events.*,
        {{ matches_event_filter(setting('server_side_events')) }} as may_be_server_side,
        coalesce(user_agents.is_bot, false) as is_of_bot,
        coalesce(addresses.is_internal, false)
        or coalesce({{ is_internal_host('events.page_host') }}, false) as is_internal,
        user_agents.bot_name,
        user_agents.bot_kind,
        -- what the source says comes before what its user agent says
        coalesce(
            events.given_device_category, user_agents.device_category, 'unknown'
        ) as device_category,
        coalesce(events.given_browser, user_agents.browser) as browser,
        coalesce(events.given_operating_system, user_agents.operating_system)
            as operating_system,
        events.given_platform as platform,
        addresses.truncated_ip_address

    from {{ ref('int_events_cleaned') }} as events
    left join user_agents
        on events.user_agent = user_agents.user_agent
    left join addresses_judged as addresses
        on events.ip_address = addresses.ip_address

    {{ optimization_fence() }}

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
            when {{ is_without_consent() }} then 'no_consent'
            when visitor_id is null then 'invalid'
            when may_be_server_side then null
            when is_of_bot then 'bot'
            when is_internal then 'internal'
        end as exclusion_reason

    from deliveries_judged

)

select * from events_classified

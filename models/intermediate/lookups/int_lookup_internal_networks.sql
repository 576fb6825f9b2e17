{{ config(**reused_within_run()) }}

with

networks as (

    select
        networks.network,
        addresses.address_digits,
        -- an IPv4 network is compared as the IPv6 network it maps to
        case
            when networks.network not like '%/%'
                then 128
            when addresses.is_dotted
                then 96 + {{ prefix_length('networks.network', 32) }}
            else {{ prefix_length('networks.network', 128) }}
        end as prefix_length

    from {{ ref('internal_networks') }} as networks
    left join {{ ref('int_lookup_ip_addresses') }} as addresses
        on {{ split_text('networks.network', "'/'", 1) }} = addresses.ip_address

    {{ optimization_fence() }}

),

-- the digits that all addresses share, and what the next one begins with in fours
networks_with_shared_count as (

    select
        *,
        cast(floor(prefix_length / 4) as {{ dbt.type_int() }}) as shared_count

    from networks

),

networks_with_shared_digits as (

    select
        network,
        substring(address_digits, 1, shared_count) as shared_digits,
        {{ digit_value('substring(address_digits, shared_count + 1, 1)') }}
            as next_digit,
        case mod(prefix_length, 4)
            when 0 then 16
            when 1 then 8
            when 2 then 4
            when 3 then 2
        end as block_size

    from networks_with_shared_count

    {{ optimization_fence() }}

),

internal_networks as (

    select
        network,
        substring(
            shared_digits
            || {{ hexadecimal_digit('next_digit - mod(next_digit, block_size)') }}
            || '{{ '0' * 32 }}', 1, 32
        ) as first_digits,
        substring(
            shared_digits
            || {{ hexadecimal_digit(
                'next_digit - mod(next_digit, block_size) + block_size - 1'
            ) }}
            || '{{ 'f' * 32 }}', 1, 32
        ) as last_digits

    from networks_with_shared_digits

)

select * from internal_networks

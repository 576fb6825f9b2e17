{{ config(**reused_within_run()) }}

with

-- addresses of events, and the part of each network before the slash
texts as (

    select ip_address from {{ ref('int_events_this_run') }}

    union distinct

    select {{ split_text('network', "'/'", 1) }} as ip_address
    from {{ ref('internal_networks') }}

),

texts_judged as (

    select
        ip_address,
        {{ regexp_like('ip_address', '^' ~ dotted_address() ~ '$') }} as is_dotted

    from texts

    where ip_address is not null

    {{ optimization_fence() }}

),

-- an IPv4 address is written as the IPv6 address it maps to; the zone of a link-local
-- address is not part of the network
addresses as (

    select
        ip_address,
        is_dotted,
        case
            when is_dotted then '::ffff:' || ip_address
            else {{ regexp_extract(
                lower_ascii('ip_address'), '^([0-9a-f:.]+)(%[^%]+)?$', 1
            ) }}
        end as address

    from texts_judged

    {{ optimization_fence() }}

),

-- the last two of the eight groups, called hextets, may be written with dots
addresses_with_octets as (

    select
        *,
        {%- for number in [1, 2, 3, 4] %}
        cast({{ regexp_extract(
            'address', '([0-9]{1,3})' ~ '[.][0-9]+' * (4 - number) ~ '$', 1
        ) }} as bigint) as octet_{{ number }},
        {%- endfor %}
        {{ regexp_extract('address', '^([^.]*:)' ~ dotted_address() ~ '$', 1) }}
            as hextets_before_octets

    from addresses

    {{ optimization_fence() }}

),

addresses_in_hextets as (

    select
        ip_address,
        is_dotted,
        case
            when hextets_before_octets is not null
                then {{ dbt.concat([
                    'hextets_before_octets',
                    octet_digits('octet_1'), octet_digits('octet_2'), "':'",
                    octet_digits('octet_3'), octet_digits('octet_4'),
                ]) }}
            when address not like '%.%' then address
        end as hextets

    from addresses_with_octets

    {{ optimization_fence() }}

),

-- :: may occur once, between two hextets
addresses_with_outer_hextets as (

    select
        ip_address,
        is_dotted,
        hextets,
        case when hextets like '::%' then '0' else '' end
        || hextets
        || case when hextets like '%::' then '0' else '' end as outer_hextets

    from addresses_in_hextets

    where
        hextets not like '%:::%'
        and hextets not like '%::%::%'

    {{ optimization_fence() }}

),

-- how many hextets :: stands for: the others are as many as the colons
addresses_with_gaps as (

    select
        *,
        greatest(
            0, 8 - length(outer_hextets) + length(replace(outer_hextets, ':', ''))
        ) as left_out_count

    from addresses_with_outer_hextets

    {{ optimization_fence() }}

),

addresses_in_eight_hextets as (

    select
        ip_address,
        is_dotted,
        case
            when hextets not like '%::%'
                then hextets
            when left_out_count > 0 or hextets like '::%' or hextets like '%::'
                then replace(
                    outer_hextets,
                    '::',
                    ':' || substring('0:0:0:0:0:0:0:', 1, 2 * left_out_count)
                )
        end as hextets

    from addresses_with_gaps

    {{ optimization_fence() }}

),

addresses_in_digits as (

    select
        ip_address,
        is_dotted,
        {% for number in range(1, 9) -%}
        {{ dbt.right(
            "'000' || " ~ split_text('hextets', "':'", number), 4
        ) }} {{ '|| ' if not loop.last }}
        {%- endfor %} as address_digits

    from addresses_in_eight_hextets

    where {{ regexp_like('hextets', '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$') }}

    {{ optimization_fence() }}

),

ip_addresses as (

    select
        ip_address,
        is_dotted,
        address_digits,
        {{ truncated_ip_address() }} as truncated_ip_address

    from addresses_in_digits

    {{ optimization_fence() }}

)

select * from ip_addresses

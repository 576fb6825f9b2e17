{{ config(**reused_within_run()) }}

with

addresses_given as (

    select distinct ip_address as address_given from {{ ref('int_events_this_run') }}

),

-- addresses of events, and the part of each network before the slash
texts as (

    select {{ trimmed('address_given') }} as ip_address from addresses_given

    union distinct

    select {{ split_text('network', "'/'", 1) }} as ip_address
    from {{ ref('internal_networks') }}

),

-- an IPv4 address as the IPv6 address it maps to, a link-local one without its zone
addresses as (

    select
        ip_address,
        case
            when {{ regexp_like('ip_address', '^' ~ dotted_address() ~ '$') }}
                then '::ffff:' || ip_address
            else {{ regexp_extract(
                lower_ascii('ip_address'), '^([0-9a-f:.]+)(%[^%]+)?$', 1
            ) }}
        end as address

    from texts

    {{ optimization_fence() }}

),

-- the last two of the eight groups, called hextets, may be written with dots
addresses_with_octets as (

    select
        *,
        {%- for number in [1, 2, 3, 4] %}
        {%- set pattern = '([0-9]{1,3})' ~ '[.][0-9]+' * (4 - number) ~ '$' %}
        cast({{ regexp_extract('address', pattern, 1) }} as bigint)
            as octet_{{ number }},
        {%- endfor %}
        {{ regexp_extract('address', '^([^.]*:)' ~ dotted_address() ~ '$', 1) }}
            as hextets_before_octets

    from addresses {{ optimization_fence() }}

),

addresses_in_hextets as (

    select
        ip_address,
        case
            when hextets_before_octets is not null
                then
                    hextets_before_octets
                    || {{ octet_digits('octet_1') }} || {{ octet_digits('octet_2') }}
                    || ':'
                    || {{ octet_digits('octet_3') }} || {{ octet_digits('octet_4') }}
            when address not like '%.%' then address
        end as hextets

    from addresses_with_octets {{ optimization_fence() }}

),

-- :: may occur once, and stands for the missing hextets: the others are as many as the
-- colons
addresses_with_gaps as (

    select
        ip_address,
        hextets,
        greatest(0, 8 - length(hextets) + length(replace(hextets, ':', '')))
            as left_out_count

    from addresses_in_hextets

    where hextets not like '%:::%' and hextets not like '%::%::%'

    {{ optimization_fence() }}

),

addresses_in_eight_hextets as (

    select
        ip_address,
        replace(
            case when hextets like '::%' then '0' else '' end
            || hextets
            || case when hextets like '%::' then '0' else '' end,
            '::',
            ':' || substring('0:0:0:0:0:0:0:', 1, 2 * left_out_count)
        ) as hextets

    from addresses_with_gaps

    where left_out_count > 0 or hextets not like '_%::_%'

    {{ optimization_fence() }}

),

addresses_in_digits as (

    select
        ip_address,
        ip_address not like '%:%' as is_dotted,
        {% for number in range(1, 9) -%}
        {{ dbt.right("'000' || " ~ split_text('hextets', "':'", number), 4) }}
        {{- ' || ' if not loop.last }}
        {%- endfor %} as address_digits

    from addresses_in_eight_hextets

    where {{ regexp_like('hextets', '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$') }}

    {{ optimization_fence() }}

)

select
    *,
    {{ truncated_ip_address() }} as truncated_ip_address

from addresses_in_digits

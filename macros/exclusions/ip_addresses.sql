{#- Parsing and truncation of IP addresses, for int_lookup_ip_addresses and
    int_lookup_internal_networks. -#}


{#- A pattern for an IPv4 address: four numbers up to 255 without leading zeros. -#}
{% macro dotted_address() -%}
    {%- set number = '([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])' -%}
    {{ return('(' ~ number ~ '[.]){3}' ~ number) }}
{%- endmacro %}


{#- The hexadecimal digit for a number from 0 to 15. -#}
{% macro hexadecimal_digit(number) -%}
    substring('0123456789abcdef', cast({{ number }} as {{ dbt.type_int() }}) + 1, 1)
{%- endmacro %}


{#- The number from 0 to 15 that a hexadecimal digit stands for. -#}
{% macro digit_value(digit) -%}
    {{ dbt.position(digit, "'0123456789abcdef'") }} - 1
{%- endmacro %}


{#- The two hexadecimal digits of a number from 0 to 255. -#}
{% macro octet_digits(octet) -%}
    {{ sessions.hexadecimal_digit('floor(' ~ octet ~ ' / 16)') }}
    || {{ sessions.hexadecimal_digit('mod(' ~ octet ~ ', 16)') }}
{%- endmacro %}


{#- The prefix length of a network in bits; null where it is not a number up to the maximum.

    network: text such as 10.0.0.0/8.
    most: bits of an address, 32 or 128. -#}
{% macro prefix_length(network, most) -%}
    {%- set length = 'cast(' ~ sessions.regexp_extract(network, '^[^/]+/([0-9]{1,3})$', 1)
        ~ ' as ' ~ dbt.type_int() ~ ')' -%}
    case when {{ length }} <= {{ most }} then {{ length }} end
{%- endmacro %}


{#- A number from 0 to 255, as text, from its two hexadecimal digits.

    digits: a SQL expression. -#}
{% macro octet_of_digits(digits) -%}
    cast(
        16 * ({{ sessions.digit_value('substring(' ~ digits ~ ', 1, 1)') }})
        + {{ sessions.digit_value('substring(' ~ digits ~ ', 2, 1)') }}
        as {{ sessions.type_text() }}
    )
{%- endmacro %}


{#- An address of int_lookup_ip_addresses, truncated so that it no longer identifies its
    owner: to its network of 256 IPv4 addresses (/24), or of one customer's IPv6 addresses
    (/48), in the shortest form that ends in ::. -#}
{% macro truncated_ip_address() -%}
    {%- set octets, hextets = [], [] -%}
    {%- for start in [25, 27, 29] -%}
        {%- do octets.append(
            sessions.octet_of_digits('substring(address_digits, ' ~ start ~ ', 2)')
        ) -%}
    {%- endfor -%}
    {%- for start in [1, 5, 9] -%}
        {%- do hextets.append(sessions.regexp_extract(
            'substring(address_digits, ' ~ start ~ ', 4)', '^0{0,3}([0-9a-f]+)$', 1
        )) -%}
    {%- endfor -%}
    case
        when substring(address_digits, 1, 24) = '{{ '0' * 20 }}ffff'
            then {{ octets | join(" || '.' || ") }} || '.0'
        when substring(address_digits, 1, 12) = '{{ '0' * 12 }}'
            then '::'
        when substring(address_digits, 5, 8) = '{{ '0' * 8 }}'
            then {{ hextets[0] }} || '::'
        when substring(address_digits, 9, 4) = '{{ '0' * 4 }}'
            then {{ hextets[0] }} || ':' || {{ hextets[1] }} || '::'
        else {{ hextets | join(" || ':' || ") }} || '::'
    end
{%- endmacro %}


{#- The address of an event as it is stored.

    how: the variable ip_addresses. -#}
{% macro kept_ip_address(how) -%}
    {%- if how == 'whole' -%}
        events.ip_address
    {%- elif how == 'dropped' -%}
        cast(null as {{ sessions.type_text() }})
    {%- else -%}
        events.truncated_ip_address
    {%- endif -%}
{%- endmacro %}

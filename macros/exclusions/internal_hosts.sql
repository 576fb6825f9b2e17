{#- Hosts that no visitor reaches: a developer's machine and a private network's. -#}


{#- Whether a host in lower case is one of the variable internal_hosts. -#}
{% macro is_internal_host(host) -%}
    {%- if sessions.setting('internal_hosts') -%}
        {{ sessions.regexp_like(host, '^(' ~ sessions.internal_host_pattern() ~ ')$') }}
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#- A pattern for the hosts of the variable internal_hosts, in lower case. A star stands
    for any characters of a host; two words stand for the addresses of RFC 1122, 1918,
    3927, 4193 and 4291. -#}
{% macro internal_host_pattern() -%}
    {%- set number = '[0-9]+' -%}
    {%- set last_two, last_three = [], [] -%}
    {%- set addresses = {
        'loopback_addresses': ['127[.]0x[.]0x[.]0x', '\\[::1\\]'],
        'private_addresses': [
            '10[.]0x[.]0x[.]0x', '172[.](1[6-9]|2[0-9]|3[01])[.]0x[.]0x',
            '192[.]168[.]0x[.]0x', '169[.]254[.]0x[.]0x', '\\[f[cd][0-9a-f:]*\\]',
            '\\[fe80:[0-9a-f:]*\\]',
        ],
    } -%}
    {%- set patterns = [] -%}
    {%- for name in sessions.setting('internal_hosts') -%}
        {%- for pattern in addresses.get(name, []) -%}
            {%- do patterns.append(pattern | replace('0x', number)) -%}
        {%- else -%}
            {%- do patterns.append(
                name | lower | replace('.', '[.]') | replace('*', '[^/?#:@]*')
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(patterns | join('|')) }}
{%- endmacro %}

{#- A value of a URL's query, decoded: + is a space, %20 is a space. A value with a
    malformed escape, with bytes that are not UTF-8 or with %00 is left unchanged as a
    whole. -#}
{% macro percent_decoded(text) -%}
    case
        when not {{ sessions.regexp_like(text, '[%+]') }} then {{ text }}
        when {{ dbt.position(
            "'%'", sessions.regexp_remove(text, sessions.escaped_character())
        ) }} > 0
            then {{ text }}
        else {{ sessions.escapes_decoded('replace(' ~ text ~ ", '+', ' ')") }}
    end
{%- endmacro %}


{#- A pattern for the escapes of one character in UTF-8, without %00: decoders differ
    between engines on anything else. Source: RFC 3629, section 4. -#}
{% macro escaped_character() -%}
    {%- set tail = '%[89ABab][0-9A-Fa-f]' -%}
    {%- set characters = [
        '%0[1-9A-Fa-f]', '%[1-7][0-9A-Fa-f]',
        '%[Cc][2-9A-Fa-f]' ~ tail, '%[Dd][0-9A-Fa-f]' ~ tail,
        '%[Ee]0%[ABab][0-9A-Fa-f]' ~ tail, '%[Ee][1-9A-CEFa-cef]' ~ tail * 2,
        '%[Ee][Dd]%[89][0-9A-Fa-f]' ~ tail,
        '%[Ff]0%[9ABab][0-9A-Fa-f]' ~ tail * 2, '%[Ff][1-3]' ~ tail * 3,
        '%[Ff]4%8[0-9A-Fa-f]' ~ tail * 2,
    ] -%}
    {{ return('(' ~ characters | join('|') ~ ')') }}
{%- endmacro %}


{#- A text with its escapes decoded. The caller has checked that all are valid. -#}
{% macro escapes_decoded(text) -%}
    {{ return(adapter.dispatch('escapes_decoded', 'sessions')(text)) }}
{%- endmacro %}

{% macro default__escapes_decoded(text) -%}
    url_decode({{ text }})
{%- endmacro %}

{% macro clickhouse__escapes_decoded(text) -%}
    decodeURLComponent({{ text }})
{%- endmacro %}

{#- These decode bytes from hexadecimal digits: each part after a % begins with two digits,
    and the rest of it is encoded as digits. -#}
{% macro snowflake__escapes_decoded(text) -%}
    hex_decode_string(
        hex_encode(split_part({{ text }}, '%', 1))
        || array_to_string(
            transform(
                array_slice(split({{ text }}, '%'), 1, length({{ text }}) + 1),
                part -> concat(
                    substring(cast(part as varchar), 1, 2),
                    hex_encode(substring(cast(part as varchar), 3))
                )
            ),
            ''
        )
    )
{%- endmacro %}

{% macro bigquery__escapes_decoded(text) -%}
    safe_convert_bytes_to_string(from_hex((
        select string_agg(
            case
                when part_number = 0 then to_hex(cast(part as bytes))
                else concat(
                    substring(part, 1, 2), to_hex(cast(substring(part, 3) as bytes))
                )
            end,
            '' order by part_number
        )
        from unnest(split({{ text }}, '%')) as part with offset as part_number
    )))
{%- endmacro %}

{#- Redshift cannot iterate over parts. All bytes are written as digits, with one space
    behind each, and an escape is found by its mark: 25 is %, 30 to 39 are the digits 0 to
    9, and 41 to 46 or 61 to 66 the digits A to F. They are replaced one digit after the
    other. -#}
{% macro redshift__escapes_decoded(text) -%}
    {%- set ns = namespace(bytes="replace(regexp_replace(to_hex(to_varbyte("
        ~ text ~ ", 'utf8')), '(..)', '$1 ', 1, 'p'), '25 ', '% ')") -%}
    {%- for before, kept, digit, space in [
        ('% ', '%', '$1', ''), ('%(.)', '$1', '$2 ', ' ')
    ] -%}
        {%- set ns.bytes = "regexp_replace(" ~ ns.bytes ~ ", '" ~ before ~ "3(.) ', '"
            ~ kept ~ digit ~ "', 1, 'p')" -%}
        {%- for letter in 'abcdef' -%}
            {%- set ns.bytes = "regexp_replace(" ~ ns.bytes ~ ", '" ~ before ~ '[46]'
                ~ loop.index ~ " ', '" ~ kept ~ letter ~ space ~ "', 1, 'p')" -%}
        {%- endfor -%}
    {%- endfor -%}
    from_varbyte(from_hex(replace({{ ns.bytes }}, ' ', '')), 'utf8')
{%- endmacro %}

{#- PostgreSQL decodes bytes: the text is split before and after each escape. -#}
{% macro postgres__escapes_decoded(text) -%}
    (
        select convert_from(
            string_agg(
                case
                    when part[1] like '\%%' escape '\'
                        then decode(substring(part[1], 2), 'hex')
                    else convert_to(part[1], 'UTF8')
                end,
                cast('' as bytea) order by part_number
            ),
            'UTF8'
        )
        from regexp_matches({{ text }}, '%..|[^%]+', 'g')
            with ordinality as parts (part, part_number)
    )
{%- endmacro %}

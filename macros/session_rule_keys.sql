{#- Every key of a rule set: the values it takes, and the default that applies where neither
    the preset nor an override sets it. The defaults are the rule most platforms share: half
    an hour of silence and nothing else. -#}
{% macro session_rule_keys() -%}
    {%- set sources = ['source', 'medium', 'campaign', 'term', 'content', 'click_id'] -%}
    {{ return({
        'timeout_seconds': {'takes': 'seconds', 'default': 1800},
        'timeout_at_limit': {'takes': ['same', 'new'], 'default': 'same'},
        'timeout_unit': {'takes': ['second', 'minute'], 'default': 'second'},
        'timeout_counts_from':
            {'takes': ['last_event', 'session_start'], 'default': 'last_event'},
        'calendar': {'takes': ['day', 'hour', 'none'], 'default': 'none'},
        'calendar_time_zone': {'takes': ['site', 'utc'], 'default': 'site'},
        'source_change': {'takes': ['any', 'campaign', 'none'], 'default': 'none'},
        'source_fields': {'takes': 'source fields', 'default': sources},
        'source_change_from_direct': {'takes': ['new', 'same'], 'default': 'new'},
        'user_change': {'takes': ['same', 'new'], 'default': 'same'},
        'max_duration_seconds': {'takes': 'seconds', 'default': none},
        'max_duration_at_limit': {'takes': ['same', 'new'], 'default': 'same'},
        'max_events': {'takes': 'count', 'default': none},
        'starting_events': {'takes': 'events', 'default': {'all_but': ['refund']}},
        'extending_events': {'takes': 'events', 'default': {'all_but': ['refund']}},
        'ending_events': {'takes': 'event list', 'default': []},
    }) }}
{%- endmacro %}


{#- Whether a value is of the kind that its key or variable takes. YAML's true is not a
    number, and a role is all, a list of names or {all_but: [names]}; all else is wrong.

    kind: one in words, a list of words, or whole numbers as {lowest, highest}. -#}
{% macro fits(value, kind) -%}
    {%- set ns = namespace(fits=false) -%}
    {%- set is_list = value is sequence and value is not string and value is not mapping
        and value | select('string') | select | list | length == value | length -%}
    {%- if kind is mapping -%}
        {%- set ns.fits = value is integer and value is not boolean
            and kind.lowest <= value <= kind.highest -%}
    {%- elif kind in ['seconds', 'count'] -%}
        {%- set ns.fits = value is none
            or (value is integer and value is not boolean and 0 < value <= 2147483580) -%}
    {%- elif kind == 'deviations' -%}
        {%- set ns.fits = value is number and value is not boolean and value >= 0
            and value | string not in ['nan', 'inf'] -%}
    {%- elif kind == 'events' -%}
        {%- if value is mapping -%}
            {%- set ns.fits = value.keys() | list == ['all_but']
                and sessions.fits(value.all_but, 'event list') -%}
        {%- else -%}
            {%- set ns.fits = value == 'all' or is_list -%}
        {%- endif -%}
    {%- elif kind == 'event list' -%}
        {%- set ns.fits = is_list -%}
    {%- elif kind == 'source fields' -%}
        {%- set known = sessions.session_rule_keys().source_fields.default -%}
        {%- set ns.fits = is_list and value | reject('in', known) | list | length == 0 -%}
    {%- elif kind == 'hosts' -%}
        {%- set ns.fits = is_list -%}
        {%- for host in (value if is_list else [])
            if not modules.re.fullmatch('[A-Za-z0-9._*-]+', host) -%}
            {%- set ns.fits = false -%}
        {%- endfor -%}
    {%- elif kind == 'folders' -%}
        {%- set ns.fits = value is string and value.split() | length > 0 -%}
    {%- elif kind == 'models of folders' -%}
        {%- set ns.fits = value is mapping -%}
        {%- for models in (value.values() if ns.fits else [])
            if not sessions.fits(models, 'event list')
            or models | reject('in', ['event_items', 'user_aliases']) | list -%}
            {%- set ns.fits = false -%}
        {%- endfor -%}
    {%- elif kind == 'groups of marts' -%}
        {%- set ns.fits = is_list
            and value | reject('in', sessions.groups_of_marts()) | list | length == 0 -%}
    {%- elif kind in ['name', 'page'] -%}
        {%- set ns.fits = value is none or (value is string and value | length > 0) -%}
    {%- elif kind == 'names' -%}
        {%- set ns.fits = is_list -%}
    {%- elif kind == 'time zone' -%}
        {%- set ns.fits = value is string and value | length > 0 -%}
    {%- elif kind == 'currency' -%}
        {%- set ns.fits = value is string
            and modules.re.fullmatch('[A-Za-z]{3}', value) is not none -%}
    {%- elif kind == 'true or false' -%}
        {%- set ns.fits = value is boolean -%}
    {%- elif kind == 'visitor' -%}
        {%- set ns.fits = value is none or value is string
            or (value is number and value is not boolean) -%}
    {%- elif kind in ['day', 'day or null'] -%}
        {%- set ns.fits = sessions.is_day(value)
            or (value is none and kind != 'day') -%}
    {%- else -%}
        {%- set ns.fits = value is string and value in kind -%}
    {%- endif -%}
    {{ return(ns.fits) }}
{%- endmacro %}


{#- Whether a value is a day of the calendar as text, such as 2026-03-18. -#}
{% macro is_day(value) -%}
    {%- if value is not string or not modules.re.fullmatch(
        '(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', value
    ) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set year, month, day = value[:4] | int, value[5:7] | int, value[8:] | int -%}
    {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set longest = {2: 28 + is_leap | int, 4: 30, 6: 30, 9: 30, 11: 30} -%}
    {{ return(day <= longest.get(month, 31)) }}
{%- endmacro %}


{#- What a kind of key or variable takes, in words, for the error message.

    kind: see fits. -#}
{% macro allowed_values(kind) -%}
    {%- if kind is mapping -%}
        {{ return('a whole number between ' ~ kind.lowest ~ ' and ' ~ kind.highest) }}
    {%- elif kind is not string -%}
        {{ return(kind | join(' or ')) }}
    {%- endif -%}
    {%- set fields = sessions.session_rule_keys().source_fields.default | join(', ') -%}
    {{ return({
        'seconds': 'a whole number of seconds from 1 to 2147483580, or null for never',
        'count': 'a whole number from 1 to 2147483580, or null for no limit',
        'deviations': 'a number that is not below 0, such as 3.5',
        'events': 'all, a list of event names, or {all_but: [event names]}',
        'event list': 'a list of event names, [] for none',
        'source fields': 'a list of some of ' ~ fields,
        'hosts': 'a list of hosts in which * stands for any characters, such as '
            ~ '[localhost, "*.local"], or of the words loopback_addresses and '
            ~ 'private_addresses; [] for none',
        'folders': 'at least one folder of models/staging, such as generic, '
            ~ 'separated by spaces',
        'models of folders': 'lists of event_items and user_aliases by folder, such as '
            ~ '{mine: [event_items]}, or {} for none',
        'groups of marts': 'a list of some of ' ~ sessions.groups_of_marts() | join(', ')
            ~ '; [] for none',
        'name': 'a name as the warehouse spells it, or null',
        'names': 'a list of names as the warehouse spells them, [] for none',
        'time zone': 'an IANA name such as Europe/Berlin',
        'currency': 'a code of three letters, such as EUR',
        'true or false': 'true or false',
        'visitor': 'a visitor_id, or null',
        'page': 'a path or a group of pages, such as /cart, or null',
        'day': 'a day such as 2000-01-01',
        'day or null': 'a day such as 2026-03-18, or null',
    }[kind]) }}
{%- endmacro %}


{#- The value of fct_sessions.rule_set: the preset's name, then the overrides by key. -#}
{% macro rule_set_name(preset, overrides) -%}
    {%- set words = [preset] -%}
    {%- for key in overrides | sort -%}
        {%- do words.append(key ~ '=' ~ sessions.as_typed(overrides[key])) -%}
    {%- endfor -%}
    {{ return(words | join(' ')) }}
{%- endmacro %}


{#- A value of a rule as a user would type it: null, 900, day, [logout], {all_but:
    [refund]}. -#}
{% macro as_typed(value) -%}
    {%- if value is none -%}
        {{ return('null') }}
    {%- elif value is boolean -%}
        {{ return(value | string | lower) }}
    {%- elif value is mapping -%}
        {%- set pairs = [] -%}
        {%- for key in value -%}
            {%- do pairs.append(key ~ ': ' ~ sessions.as_typed(value[key])) -%}
        {%- endfor -%}
        {{ return('{' ~ pairs | sort | join(', ') ~ '}') }}
    {%- elif value is sequence and value is not string -%}
        {%- set parts = [] -%}
        {%- for part in value -%}
            {%- do parts.append(sessions.as_typed(part)) -%}
        {%- endfor -%}
        {{ return('[' ~ parts | join(', ') ~ ']') }}
    {%- endif -%}
    {{ return('empty' if value == '' else value | string) }}
{%- endmacro %}

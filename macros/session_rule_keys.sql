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


{#- Whether a value is of the kind that its key takes. YAML's true is not a number, and a
    role is all, a list of names or {all_but: [names]}; anything else is a mistake. -#}
{% macro fits(value, kind) -%}
    {%- set ns = namespace(fits=false) -%}
    {%- set is_list = value is sequence and value is not string
        and value is not mapping and value | reject('string') | list | length == 0 -%}
    {%- if kind in ['seconds', 'count'] -%}
        {%- set ns.fits = value is none
            or (value is integer and value is not boolean and 0 < value <= 2147483580) -%}
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
    {%- else -%}
        {%- set ns.fits = value is string and value in kind -%}
    {%- endif -%}
    {{ return(ns.fits) }}
{%- endmacro %}


{#- What a kind of key takes, in words, for the error message. -#}
{% macro allowed_values(kind) -%}
    {%- if kind is not string -%}
        {{ return(kind | join(' or ')) }}
    {%- endif -%}
    {%- set fields = sessions.session_rule_keys().source_fields.default | join(', ') -%}
    {{ return({
        'seconds': 'a whole number of seconds from 1 to 2147483580, or null for never',
        'count': 'a whole number from 1 to 2147483580, or null for no limit',
        'events': 'all, a list of event names, or {all_but: [event names]}',
        'event list': 'a list of event names, [] for none',
        'source fields': 'a list of some of ' ~ fields,
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
    {%- elif value is mapping -%}
        {%- set pairs = [] -%}
        {%- for key in value | sort -%}
            {%- do pairs.append(key ~ ': ' ~ sessions.as_typed(value[key])) -%}
        {%- endfor -%}
        {{ return('{' ~ pairs | join(', ') ~ '}') }}
    {%- elif value is sequence and value is not string -%}
        {{ return('[' ~ value | join(', ') ~ ']') }}
    {%- endif -%}
    {{ return(value | string) }}
{%- endmacro %}

{#- Every key of a rule set and what it takes: a list of words, or a kind of value. -#}
{% macro session_rule_keys() -%}
    {{ return({
        'timeout_seconds': 'seconds',
        'calendar': ['day', 'none'],
        'source_change': ['any', 'none'],
        'starting_events': 'events',
        'extending_events': 'events',
        'ending_events': 'event list',
    }) }}
{%- endmacro %}


{#- Whether a value is of the kind that its key takes. YAML's true is no number, and a
    role that is neither all, a list of names nor {all_but: [names]} is a slip. -#}
{% macro fits(value, kind) -%}
    {%- set ns = namespace(fits=false) -%}
    {%- if kind == 'seconds' -%}
        {%- set ns.fits = value is none
            or (value is integer and value is not boolean and 0 < value <= 2147483647) -%}
    {%- elif kind == 'events' -%}
        {%- if value is mapping -%}
            {%- set ns.fits = value.keys() | list == ['all_but']
                and sessions.fits(value.all_but, 'event list') -%}
        {%- else -%}
            {%- set ns.fits = value == 'all' or sessions.fits(value, 'event list') -%}
        {%- endif -%}
    {%- elif kind == 'event list' -%}
        {%- set ns.fits = value is sequence and value is not string
            and value is not mapping and value | reject('string') | list | length == 0 -%}
    {%- else -%}
        {%- set ns.fits = value is string and value in kind -%}
    {%- endif -%}
    {{ return(ns.fits) }}
{%- endmacro %}


{#- The kind of a key in words, for its error. -#}
{% macro allowed_values(kind) -%}
    {%- if kind is not string -%}
        {{ return(kind | join(' or ')) }}
    {%- endif -%}
    {{ return({
        'seconds': 'a whole number of seconds from 1 to 2147483647, or null for never',
        'events': 'all, a list of event names, or {all_but: [event names]}',
        'event list': 'a list of event names, [] for none',
    }[kind]) }}
{%- endmacro %}


{#- What fct_sessions.rule_set says: the preset's name, then the overrides by key. -#}
{% macro rule_set_name(preset, overrides) -%}
    {%- set words = [preset] -%}
    {%- for key in overrides | sort -%}
        {%- do words.append(key ~ '=' ~ sessions.as_typed(overrides[key])) -%}
    {%- endfor -%}
    {{ return(words | join(' ')) }}
{%- endmacro %}


{#- A value of a rule as one types it: null, 900, day, [logout], {all_but: [refund]}. -#}
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

{#- The steps of the funnel, from landing to purchase. Every session reaches landing, and one
    that holds an order reaches purchase; the variable funnel_steps says which events reach
    the steps between. Sessions may skip steps: a session has reached every step before its
    furthest one. -#}
{% macro funnel_steps() -%}
    {%- set names = sessions.funnel_conditions() | map(attribute='step') | list -%}
    {{ return(['landing'] + names + ['purchase']) }}
{%- endmacro %}


{#- The furthest step after landing that a session has reached. The purchase step is reached
    by an order, not by the name of an event. -#}
{% macro furthest_funnel_step() -%}
    case
        when order_count > 0 then 'purchase'
        {%- for step in sessions.funnel_steps()[1:-1] %}
        when furthest_step_number = {{ loop.index + 1 }}
            then {{ sessions.quote_literal(step) }}
        {%- endfor %}
        else 'none'
    end
{%- endmacro %}


{#- The steps between landing and purchase in their order, each with its condition; see
    event_conditions.sql. -#}
{% macro funnel_conditions() -%}
    {%- set given, steps = sessions.setting('funnel_steps'), [] -%}
    {%- if given is mapping -%}
        {%- for name in sessions.shop_steps() -%}
            {%- do steps.append({'step': name, 'condition': {'events': given[name]}}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for entry in given[:-1] -%}
            {%- if entry is string -%}
                {%- do steps.append({'step': entry, 'condition': {'events': [entry]}}) -%}
            {%- else -%}
                {%- for name, condition in entry.items() -%}
                    {%- do steps.append({'step': name, 'condition': condition}) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(steps) }}
{%- endmacro %}


{#- The steps whose events funnel_steps names where it is a dictionary. -#}
{% macro shop_steps() -%}
    {{ return(['product', 'cart', 'checkout']) }}
{%- endmacro %}


{#- The number of the furthest step before purchase to which an event belongs: 1, landing, for
    any event. A repeated page view is not counted, as in goals.

    steps: see funnel_conditions. -#}
{% macro funnel_step_number(steps) -%}
    case
        when is_repeated then 1
        {%- for step in steps | reverse %}
        when {{ sessions.meets_condition(step.condition) }}
            then {{ loop.revindex + 1 }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}


{#- Stops the run when the variable funnel_steps neither names the events of each step of a
    shop nor lists steps that end with the purchase.

    given: the variable. -#}
{% macro check_funnel_steps(given) -%}
    {%- set steps = sessions.shop_steps() + ['purchase'] -%}
    {%- if given is sequence and given is not string and given is not mapping -%}
        {%- do sessions.check_funnel_list(given) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set wrong = [] -%}
    {%- if given is not mapping
        or given | map('string') | sort != steps | sort -%}
        {%- do wrong.append(true) -%}
    {%- else -%}
        {%- for names in given.values() -%}
            {%- do wrong.append(true) if not sessions.fits(names, 'event list') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if wrong -%}
        {%- do sessions.raise_invalid_setting(
            'funnel_steps', "a list of event names for each of " ~ steps | join(', ')
            ~ ", or " ~ sessions.list_of_steps()
        ) -%}
    {%- elif given.purchase != ['purchase'] -%}
        {%- do sessions.raise_invalid_setting(
            'funnel_steps',
            "purchase: [purchase] as its last step, because a session that holds an order "
            ~ "reaches it; a purchase by another name is mapped in the seed own_event_names"
        ) -%}
    {%- endif -%}
{%- endmacro %}


{#- What a list of steps is, in words, for errors. -#}
{% macro list_of_steps() -%}
    {{ return(
        "a list of steps in order, each an event name or a condition by its name, that "
        ~ "ends with purchase, such as "
        ~ "[page_view, {pricing: {page_path: '/pricing%'}}, purchase]"
    ) }}
{%- endmacro %}


{#- Stops the run when a list does not say the steps of a funnel.

    given: the variable, a list. -#}
{% macro check_funnel_list(given) -%}
    {%- if not given or given | last != 'purchase' -%}
        {%- do sessions.raise_invalid_setting('funnel_steps', sessions.list_of_steps()) -%}
    {%- endif -%}
    {%- set known = ['none', 'landing', 'purchase'] -%}
    {%- for entry in given[:-1] -%}
        {%- set is_named = entry is mapping and entry | length == 1 -%}
        {%- set name = entry | first if is_named else entry -%}
        {%- if is_named -%}
            {%- if not sessions.is_plain_name(name) -%}
                {{ exceptions.raise_compiler_error(
                    "funnel_steps has the step '" ~ name ~ "'; write a name of lower-case "
                    ~ "letters, digits and _, such as pricing"
                ) }}
            {%- endif -%}
            {%- do sessions.check_condition(
                'funnel_steps.' ~ name, entry[name], ['events', 'page_path', 'where']
            ) -%}
        {%- elif entry is not string or not entry -%}
            {%- do sessions.raise_wrong_entry(
                'a step of funnel_steps', entry, 'an event name, or a condition by its '
                ~ "name, such as {pricing: {page_path: '/pricing%'}}"
            ) -%}
        {%- endif -%}
        {%- if name in known -%}
            {{ exceptions.raise_compiler_error(
                "funnel_steps names the step '" ~ name ~ "', and the name is taken; write "
                ~ "another, such as {again: {events: [" ~ name ~ "]}}"
            ) }}
        {%- endif -%}
        {%- do known.append(name) -%}
    {%- endfor -%}
{%- endmacro %}

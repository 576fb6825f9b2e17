{#- The steps of the funnel, from landing to purchase. Every session reaches landing, and one
    that holds an order reaches purchase; the variable funnel_steps names the events of the
    steps between. Sessions may skip steps: a session has reached every step before its
    furthest one. -#}
{% macro funnel_steps() -%}
    {{ return(['landing', 'product', 'cart', 'checkout', 'purchase']) }}
{%- endmacro %}


{#- The number of the furthest step before purchase to which an event belongs: 1, landing, for
    any event.

    step_events: names of events by step, the variable funnel_steps. -#}
{% macro funnel_step_number(step_events) -%}
    case
        {%- for step in sessions.funnel_steps()[:-1] | reverse if step in step_events %}
        when {{ sessions.matches_event_filter(step_events[step]) }}
            then {{ sessions.funnel_steps().index(step) + 1 }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}


{#- Stops the run when the variable funnel_steps does not name the events of each step.

    step_events: the variable. -#}
{% macro check_funnel_steps(step_events) -%}
    {%- set steps = sessions.funnel_steps()[1:] -%}
    {%- set wrong = [] -%}
    {%- if step_events is not mapping
        or step_events | map('string') | sort != steps | sort -%}
        {%- do wrong.append(true) -%}
    {%- else -%}
        {%- for names in step_events.values() -%}
            {%- do wrong.append(true) if not sessions.fits(names, 'event list') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if wrong -%}
        {%- do sessions.raise_invalid_setting(
            'funnel_steps', "a list of event names for each of " ~ steps | join(', ')
        ) -%}
    {%- elif step_events.purchase != ['purchase'] -%}
        {%- do sessions.raise_invalid_setting(
            'funnel_steps',
            "purchase: [purchase] as its last step, because a session that holds an order "
            ~ "reaches it; a purchase by another name is mapped in the seed own_event_names"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- The steps of the funnel, from landing to purchase. Landing is being there; the events of
    the others are the variable funnel_steps. A session may skip steps: it has reached all
    steps before its furthest. -#}
{% macro funnel_steps() -%}
    {{ return(['landing', 'product', 'cart', 'checkout', 'purchase']) }}
{%- endmacro %}


{#- The number of the furthest step that an event is one of: 1 for landing, so for any event.

    step_events: names of events by step, the variable funnel_steps. -#}
{% macro funnel_step_number(step_events) -%}
    case
        {%- for step in sessions.funnel_steps() | reverse if step in step_events %}
        when {{ sessions.matches_event_filter(step_events[step]) }}
            then {{ sessions.funnel_steps().index(step) + 1 }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}


{#- Stops the run at a variable funnel_steps that does not name the events of each step.

    step_events: the variable. -#}
{% macro check_funnel_steps(step_events) -%}
    {%- set steps = sessions.funnel_steps()[1:] -%}
    {%- set wrong = [] -%}
    {%- if step_events is not mapping or step_events.keys() | sort != steps | sort -%}
        {%- do wrong.append(true) -%}
    {%- else -%}
        {%- for names in step_events.values() -%}
            {%- if names is string or names is mapping or names is not iterable
                or names | reject('string') | list -%}
                {%- do wrong.append(true) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if wrong -%}
        {%- do sessions.raise_invalid_setting(
            'funnel_steps', "a list of event names for each of " ~ steps | join(', ')
        ) -%}
    {%- endif -%}
{%- endmacro %}

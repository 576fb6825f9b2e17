{#- The goals of the variable goals: each completed by events that meet its condition. -#}


{#- Whether there are goals. At parse time there are, so that dbt collects references. -#}
{% macro has_goals() -%}
    {{ return(not execute or sessions.setting('goals') | length > 0) }}
{%- endmacro %}


{#- A query for the names of the goals, a row each. -#}
{% macro names_of_goals() -%}
    {%- for name in sessions.setting('goals') -%}
        select cast('{{ name }}' as {{ sessions.type_text() }}) as goal_name
        {{- '\nunion all\n' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- Whether an event completes the goal next to it: goals.goal_name.

    goals: the variable. -#}
{% macro completes_goal(goals) -%}
    case goals.goal_name
        {%- for name, goal in goals.items() %}
        when '{{ name }}' then {{ sessions.meets_condition(goal) }}
        {%- endfor %}
    end
{%- endmacro %}


{#- What an event that completes a goal adds to its value: the column that the goal names,
    0 where it names none, or the event has no such value.

    goals: the variable. -#}
{% macro goal_value(goals) -%}
    {%- set cases = [] -%}
    {%- for name, goal in goals.items() if 'value' in goal -%}
        {%- do cases.append(
            " when '" ~ name ~ "' then cast(" ~ goal.value ~ ' as decimal(28, 6))'
        ) -%}
    {%- endfor -%}
    {{ 'coalesce(case goals.goal_name' ~ cases | join ~ ' end, 0)' if cases else '0' }}
{%- endmacro %}


{#- The names of all events that complete a goal; empty where a goal names no events.

    goals: the variable. -#}
{% macro events_of_goals(goals) -%}
    {%- set events = [] -%}
    {%- for goal in goals.values() -%}
        {%- if 'events' not in goal -%}
            {{ return([]) }}
        {%- endif -%}
        {%- do events.extend(goal.events) -%}
    {%- endfor -%}
    {{ return(events | unique | list) }}
{%- endmacro %}


{#- Stops the run when the variable goals is no dictionary of conditions by name.

    goals: the variable. -#}
{% macro check_goals(goals) -%}
    {%- if goals is not mapping -%}
        {%- do sessions.raise_invalid_setting(
            'goals', 'a dictionary of conditions by goal, such as '
            ~ '{sign_up: {events: [sign_up]}}, or {} for none'
        ) -%}
    {%- endif -%}
    {%- for name, goal in goals.items() -%}
        {%- if not sessions.is_plain_name(name) -%}
            {{ exceptions.raise_compiler_error(
                "goals has the goal '" ~ name ~ "'; write a name of lower-case letters, "
                ~ "digits and _, such as sign_up"
            ) }}
        {%- endif -%}
        {%- do sessions.check_condition(
            'goals.' ~ name, goal, ['events', 'page_path', 'where', 'value']
        ) -%}
    {%- endfor -%}
{%- endmacro %}

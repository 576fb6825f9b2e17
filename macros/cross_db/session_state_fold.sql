{#- A query for what a walk through each island decides, in one pass over its events: their
    visitor_key, island_number and event_position, reason and adopts_source. Empty where a
    query that reads itself is the better way.

    rules: the rule set.
    steps: a relation of the events that start or extend. -#}
{% macro session_state_fold(rules, steps) -%}
    {{ return(adapter.dispatch('session_state_fold', 'sessions')(rules, steps)) }}
{%- endmacro %}

{% macro default__session_state_fold(rules, steps) -%}
{%- endmacro %}

{#- For Spark each round of a query that reads itself is a job of its own, of a second. So
    the events of an island become a list, and a function goes through it. The conditions
    name columns: here those of an event are fields of step, and what is known those of
    walk. Only what opens a session or adopts a source is told. -#}
{% macro spark__session_state_fold(rules, steps) -%}
    {%- set state = sessions.session_state(rules) -%}
    {%- set of_step = [
        'event_position', 'event_at', 'is_starting_event', 'is_extending_event',
        'is_ending_event', 'calendar_unit', 'user_key', 'source_key',
        'has_comparable_source',
    ] -%}
    {%- set of_walk = state | map(attribute='name') | list -%}
    {%- set decision -%}
        named_struct(
            'event_position', event_position,
            'reason', reason,
            'adopts_source', {{ sessions.adopts_source(rules) }}
        )
    {%- endset -%}
    {%- set after_step -%}
        named_struct(
            {%- for column in state %}
            '{{ column.name }}', {{ column.next }},
            {%- endfor %}
            'decisions', case
                when reason is not null or {{ sessions.adopts_source(rules) }}
                    then concat(decisions, array({{ decision }}))
                else decisions
            end
        )
    {%- endset -%}
    select
        visitor_key,
        island_number,
        inline(
            aggregate(
                array_sort(collect_list(struct({{ of_step | join(', ') }}))),
                named_struct(
                    {%- for column in state %}
                    '{{ column.name }}', {{ column.first }},
                    {%- endfor %}
                    'decisions', cast(array() as array<struct<
                        event_position: bigint, reason: string, adopts_source: boolean
                    >>)
                ),
                -- a list of one, to give what is computed once a name
                (walk, step) -> transform(
                    array({{ sessions.spark__as_fields(
                        sessions.session_start_reason(rules, knows_start=true),
                        of_step, of_walk
                    ) }}),
                    reason -> {{ sessions.spark__as_fields(
                        after_step, of_step, of_walk + ['decisions']
                    ) }}
                )[0],
                walk -> walk.decisions
            )
        )
    from {{ steps }}
    group by visitor_key, island_number
{%- endmacro %}


{#- An expression over columns as one over the fields of two structs, step and walk. -#}
{% macro spark__as_fields(expression, of_step, of_walk) -%}
    {%- set result = modules.re.sub(
        "\\b(" ~ of_step | join('|') ~ ")\\b(?!')", 'step.\\1', expression
    ) -%}
    {{ return(modules.re.sub(
        "\\b(" ~ of_walk | join('|') ~ ")\\b(?!')", 'walk.\\1', result
    )) }}
{%- endmacro %}

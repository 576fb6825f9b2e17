{#- A query that scans each island in one pass over its events, for the visitor_key,
    island_number, event_position, reason and adopts_source of those that open a session or
    adopt a source. Empty where a recursive CTE is faster.

    rules: the rule set.
    steps: a relation of events. -#}
{% macro session_state_fold(rules, steps) -%}
    {{ return(adapter.dispatch('session_state_fold', 'sessions')(rules, steps)) }}
{%- endmacro %}

{% macro default__session_state_fold(rules, steps) -%}
{%- endmacro %}

{#- On Spark, each iteration of a recursive CTE is a job of its own, of a second. Instead
    the events of an island are collected into a list and folded by a function. The
    conditions refer to columns: those of the event become fields of step, those of the
    state fields of walk. -#}
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
                -- a list of one element, to name a value that is computed once
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


{#- An expression over columns, rewritten over the fields of two structs, step and walk. -#}
{% macro spark__as_fields(expression, of_step, of_walk) -%}
    {%- set result = modules.re.sub(
        "\\b(" ~ of_step | join('|') ~ ")\\b(?!')", 'step.\\1', expression
    ) -%}
    {{ return(modules.re.sub(
        "\\b(" ~ of_walk | join('|') ~ ")\\b(?!')", 'walk.\\1', result
    )) }}
{%- endmacro %}

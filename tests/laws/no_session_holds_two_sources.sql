-- Events with a source other than their session's, in the compared fields, where any
-- change of source splits. Events that neither start nor extend are not visible to the
-- rule. Where rows were changed by hand or restored in part, type: dbt build
-- --full-refresh. If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
{%- set rules = session_rules_in_use() %}
{%- set columns = compared_columns(rules) | reject('equalto', 'click_id_name') | list %}
with

events as (

    select
        *,
        not is_server_side and (
            {{ matches_event_filter(rules.starting_events) }}
            or {{ matches_event_filter(rules.extending_events) }}
        ) as is_visible_to_rules

    from {{ ref('fct_events') }}

    where {{ is_in_test_scope('event_date') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

    where {{ is_in_test_scope('session_date') }}

)

select
    events.*,
    sessions.traffic_source as session_traffic_source,
    sessions.traffic_medium as session_traffic_medium

from events
inner join sessions
    on events.session_id = sessions.session_id

where
    events.is_visible_to_rules
    and {{ 'true' if rules.source_change == 'any' and columns else 'false' }}
    and (
        {%- for column in columns %}
        events.{{ column }} is not null {{ 'or' if not loop.last }}
        {%- endfor %}
        {{ 'false' if not columns }}
    )
    and (
        {%- for column in columns %}
        coalesce({{ lower_ascii('events.' ~ column) }}, '')
        != coalesce({{ lower_ascii('sessions.' ~ column) }}, '')
        {{ 'or' if not loop.last }}
        {%- endfor %}
        {{ 'false' if not columns }}
    )

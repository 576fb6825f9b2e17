{#- The state of a recursive scan through an island: for each column its initial value, and
    its value after an event, as an expression over the event, the state before it and its
    reason.

    rules: the rule set. -#}
{% macro session_state(rules) -%}
    {%- set begins_visit = "reason in ('first_event', 'timeout')" -%}
    {%- set starts, is_activity, is_visible_to_rules = (
        sessions.starts_session(), sessions.is_activity(), sessions.is_visible_to_rules()
    ) -%}
    {%- set user = sessions.visit_user_set(begins_visit) -%}
    {%- set source = sessions.visit_source_set(begins_visit, 'reason is not null') -%}
    {{ return([
        {
            'name': 'session_started_at',
            'first': 'cast(null as ' ~ sessions.type_timestamp_utc() ~ ')',
            'next': 'case when ' ~ starts ~ ' then event_at else session_started_at end',
        },
        {
            'name': 'session_event_count',
            'first': 'cast(0 as ' ~ dbt.type_bigint() ~ ')',
            'next': 'case when ' ~ starts ~ ' then 1 when ' ~ is_visible_to_rules
                ~ ' then session_event_count + 1 else session_event_count end',
        },
        {
            'name': 'last_activity_at',
            'first': 'cast(null as ' ~ sessions.type_timestamp_utc() ~ ')',
            'next': 'case when ' ~ is_activity ~ ' then event_at else last_activity_at end',
        },
        {
            'name': 'previous_calendar_unit',
            'first': 'cast(null as ' ~ sessions.type_timestamp_utc() ~ ')',
            'next': 'case when ' ~ is_visible_to_rules
                ~ ' then calendar_unit else previous_calendar_unit end',
        },
        {
            'name': 'previous_event_ended',
            'first': 'false',
            'next': 'case when ' ~ is_visible_to_rules
                ~ ' then is_ending_event else previous_event_ended end',
        },
        {
            'name': 'visit_user_key',
            'first': sessions.no_user_key(),
            'next': 'coalesce(case when ' ~ is_visible_to_rules ~ ' then ' ~ user
                ~ ' end, visit_user_key)',
        },
        {
            'name': 'visit_source_key',
            'first': sessions.direct_key(),
            'next': 'coalesce(case when ' ~ is_visible_to_rules ~ ' then ' ~ source
                ~ ' end, visit_source_key)',
        },
    ]) }}
{%- endmacro %}


{#- The same, with what lets a recursive scan skip the events that need no decision: whether
    the state that int_events_to_decide foresees is the actual one, and the first position
    that the session cannot hold.

    rules: the rule set. -#}
{% macro session_scan_state(rules) -%}
    {{ return(sessions.session_state(rules) + [
        {
            'name': 'is_caught_up',
            'first': 'false',
            'next': sessions.is_activity() ~ ' or (is_caught_up and ('
                ~ sessions.is_visible_to_rules() ~ ' or (not has_role and reason is null)))',
        },
        {
            'name': 'session_limit_position',
            'first': 'limit_position',
            'next': 'case when ' ~ sessions.starts_session()
                ~ ' then limit_position else session_limit_position end',
        },
    ]) }}
{%- endmacro %}


{#- The columns of a recursive scan, as a list.

    state: what session_scan_state returns. -#}
{% macro scan_columns(state) -%}
    {{ return([
        'visitor_key', 'island_number', 'event_position', 'next_position_to_decide', 'reason',
    ] + state | map(attribute='name') | list + ['adopts_source']) }}
{%- endmacro %}

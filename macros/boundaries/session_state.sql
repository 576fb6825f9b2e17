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

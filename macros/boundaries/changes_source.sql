{#- An event from a traffic source other than that of its visit starts a new session. An
    event without a source never does: direct never splits. With source_change_from_direct
    'same', a direct visit adopts the source instead of splitting. -#}
{% macro changes_source(rules) -%}
    {%- if rules.source_change == 'none' -%}
        false
    {%- elif rules.source_change_from_direct == 'same' -%}
        (
            has_comparable_source
            and source_key != visit_source_key
            and visit_source_key != {{ sessions.direct_key() }}
        )
    {%- else -%}
        (has_comparable_source and source_key != visit_source_key)
    {%- endif -%}
{%- endmacro %}


{#- Whether a direct visit adopts the source of an event within a session. -#}
{% macro adopts_source(rules) -%}
    {%- if rules.source_change == 'none' or rules.source_change_from_direct == 'new' -%}
        false
    {%- else -%}
        (
            reason is null
            and {{ sessions.is_visible_to_rules() }}
            and has_comparable_source
            and visit_source_key = {{ sessions.direct_key() }}
        )
    {%- endif -%}
{%- endmacro %}


{#- Whether an event's source is compared with that of its visit: it has a source_place, and
    a value in at least one compared field. A tagged e-mail link is not compared under a
    rule that compares click ids only. -#}
{% macro has_comparable_source(rules) -%}
    {%- set columns = sessions.compared_columns(rules) -%}
    {%- if rules.source_change == 'none' or not columns -%}
        false
    {%- else -%}
        (
            {%- if rules.source_change == 'campaign' %}
            source_place != 'referrer'
            {%- else %}
            source_place is not null
            {%- endif %}
            and coalesce({{ columns | join(', ') }}) is not null
        )
    {%- endif -%}
{%- endmacro %}


{#- The key by which traffic sources are compared, ignoring ASCII case; null for an event
    without a source, and where no rule compares sources. -#}
{% macro source_key(rules) -%}
    {%- if rules.source_change == 'none' -%}
        {{ sessions.null_key() }}
    {%- else -%}
        {%- set parts = ["'source'"] -%}
        {%- for column in sessions.compared_columns(rules) -%}
            {%- do parts.append(
                column if column == 'click_id_name' else sessions.lower_ascii(column)
            ) -%}
        {%- endfor -%}
        case when source_place is not null then {{ sessions.surrogate_key(parts) }} end
    {%- endif -%}
{%- endmacro %}


{#- The columns behind source_fields, in a fixed order however the fields are listed. -#}
{% macro compared_columns(rules) -%}
    {%- set columns = [] -%}
    {%- for field in sessions.session_rule_keys().source_fields.default -%}
        {%- if field in rules.source_fields -%}
            {%- do columns.append(
                'click_id_name' if field == 'click_id' else 'traffic_' ~ field
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- The source key of a direct visit. -#}
{% macro direct_key() -%}
    {{ sessions.surrogate_key(["'direct'"]) }}
{%- endmacro %}


{#- The source that an event gives its visit: its own if it is compared or the event opens a
    session, direct if the event begins the visit without one; null if the visit keeps its
    source.

    begins_visit, starts_session: conditions; the latter may be false where only a change of
        source starts the session. -#}
{% macro visit_source_set(begins_visit, starts_session) -%}
    case
        when {{ begins_visit }} then coalesce(source_key, {{ sessions.direct_key() }})
        when has_comparable_source or {{ starts_session }} then source_key
    end
{%- endmacro %}

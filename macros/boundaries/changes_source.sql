{#- An event that brings another traffic source than the one the visit is on starts a new
    session. An event that brings none never does: direct never splits. A visit on direct
    may take the source on instead, without a split. -#}
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


{#- Whether a visit on direct takes on the source that an event within a session brings. -#}
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


{#- Whether an event's source is compared with that of its visit: of the place it comes
    from and of the fields that count, something has to be there. A tagged e-mail link
    brings nothing to a rule that looks at click ids only. -#}
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


{#- What is compared of an event's traffic source, without regard to ASCII case; null for
    an event that brings none, and where no rule asks. -#}
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


{#- The columns behind source_fields, in one order however they are listed. -#}
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


{#- The key of a visit that no source brought. -#}
{% macro direct_key() -%}
    {{ sessions.surrogate_key(["'direct'"]) }}
{%- endmacro %}


{#- What an event makes the source of the visit: its own where it is compared or opens a
    session, direct when it begins the visit without one; null when it leaves the source
    as it is.

    begins_visit, starts_session: conditions; the latter need not hold where only another
        source starts the session. -#}
{% macro visit_source_set(begins_visit, starts_session) -%}
    case
        when {{ begins_visit }} then coalesce(source_key, {{ sessions.direct_key() }})
        when has_comparable_source or {{ starts_session }} then source_key
    end
{%- endmacro %}

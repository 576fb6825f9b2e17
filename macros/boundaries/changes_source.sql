{#- An event that brings another traffic source than the one the visit is on starts a new
    session. An event that brings none never does: direct never splits. -#}
{% macro changes_source(rules) -%}
    {%- if rules.source_change == 'any' -%}
        source_key != visit_source_key
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#- What is compared of an event's traffic source, without regard to ASCII case; null for
    an event that brings none. -#}
{% macro source_key() -%}
    case
        when source_place is not null then {{ sessions.identity_key([
            sessions.lower_ascii('traffic_source'),
            sessions.lower_ascii('traffic_medium'),
            sessions.lower_ascii('traffic_campaign'),
            sessions.lower_ascii('traffic_term'),
            sessions.lower_ascii('traffic_content'),
            'click_id_name',
        ]) }}
    end
{%- endmacro %}


{#- The key of a visit that no source brought. -#}
{% macro direct_key() -%}
    {{ sessions.identity_key(["'(direct)'"]) }}
{%- endmacro %}


{#- What an event makes the source of the visit: its own, direct when it begins the visit
    without one, null when it leaves the source as it is. -#}
{% macro visit_source_set(rules) -%}
    case
        when last_activity_at is null or {{ sessions.exceeds_timeout(rules) }}
            then coalesce(source_key, {{ sessions.direct_key() }})
        else source_key
    end
{%- endmacro %}

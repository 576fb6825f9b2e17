{#- Another user of one device is another visit to some platforms. The first user id of a
    visit changes nothing: somebody logged in. -#}
{% macro changes_user(rules) -%}
    {%- if rules.user_change == 'new' -%}
        (user_key != visit_user_key and visit_user_key != {{ sessions.no_user_key() }})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#- What is compared of an event's user; null for an event without one, and where no rule
    asks. -#}
{% macro user_key(rules) -%}
    {%- if rules.user_change == 'new' -%}
        case when user_id is not null then {{ sessions.surrogate_key(["'user'", 'user_id']) }} end
    {%- else -%}
        {{ sessions.null_key() }}
    {%- endif -%}
{%- endmacro %}


{#- The key of a visit that nobody has logged in to. -#}
{% macro no_user_key() -%}
    {{ sessions.surrogate_key(["'nobody'"]) }}
{%- endmacro %}


{#- What an event makes the user of the visit; null when it leaves the user as it is.

    begins_visit: a condition, whether the event begins a visit. -#}
{% macro visit_user_set(begins_visit) -%}
    case
        when {{ begins_visit }} then coalesce(user_key, {{ sessions.no_user_key() }})
        else user_key
    end
{%- endmacro %}

{#- On some platforms, another user on the same device starts a new session. The first user
    id of a visit does not split it: the visitor has logged in. -#}
{% macro changes_user(rules) -%}
    {%- if rules.user_change == 'new' -%}
        (user_key != visit_user_key and visit_user_key != {{ sessions.no_user_key() }})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#- The key by which users are compared; null for an event without a user, and where no rule
    compares users. -#}
{% macro user_key(rules) -%}
    {%- if rules.user_change == 'new' -%}
        case when user_id is not null then {{ sessions.surrogate_key(["'user'", 'user_id']) }} end
    {%- else -%}
        {{ sessions.null_key() }}
    {%- endif -%}
{%- endmacro %}


{#- The user key of a visit without a login. -#}
{% macro no_user_key() -%}
    {{ sessions.surrogate_key(["'no user'"]) }}
{%- endmacro %}


{#- The user that an event gives its visit; null if the visit keeps its user.

    begins_visit: a condition, whether the event begins a visit. -#}
{% macro visit_user_set(begins_visit) -%}
    case
        when {{ begins_visit }} then coalesce(user_key, {{ sessions.no_user_key() }})
        else user_key
    end
{%- endmacro %}

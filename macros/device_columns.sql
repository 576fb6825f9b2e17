{#- The columns that say with what a visitor came: kinds of the seeds device_names and
    own_device_names. -#}
{% macro device_columns() -%}
    {{ return(['device_category', 'browser', 'operating_system', 'platform']) }}
{%- endmacro %}


{#- What an event says of itself in one of them, by the name that models know. Marts group
    by device_category, so a word that no seed has is null there; other columns keep it.

    column: one of device_columns. -#}
{% macro given_device_name(column) -%}
    {%- if column == 'device_category' -%}
        {{ column }}_names.device_name
    {%- else -%}
        case
            when {{ column }}_names.given_name is null then events.{{ column }}
            else {{ column }}_names.device_name
        end
    {%- endif -%}
{%- endmacro %}

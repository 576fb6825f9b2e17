{#- The rule set in force: the preset with its overrides, checked key by key; a key that
    neither sets has the default of session_rule_keys. A model calls this once and passes
    the result to the boundary macros, so that its first lines show what it depends on. -#}
{% macro session_rules_in_use() -%}
    {{ return(sessions.session_rules(
        sessions.setting('session_rules'),
        sessions.setting('session_rule_overrides'),
        sessions.setting('session_rule_presets')
    )) }}
{%- endmacro %}


{#- The same for given values.

    preset, overrides, presets: as the variables session_rules, session_rule_overrides and
        session_rule_presets. -#}
{% macro session_rules(preset, overrides, presets) -%}
    {%- if presets is not mapping -%}
        {{ exceptions.raise_compiler_error(
            "session_rule_presets is " ~ sessions.as_typed(presets)
            ~ "; write a dictionary of rule sets by name, as in dbt_project.yml of sessions"
        ) }}
    {%- endif -%}
    {%- for name in presets if name is not string or not name -%}
        {{ exceptions.raise_compiler_error(
            "session_rule_presets has the key " ~ sessions.as_typed(name)
            ~ "; write a name, a number in quotes"
        ) }}
    {%- endfor -%}
    {%- if preset is not string or preset not in presets -%}
        {{ exceptions.raise_compiler_error(
            "session_rules is "
            ~ ("'" ~ preset ~ "'" if preset is string else sessions.as_typed(preset))
            ~ "; choose one of " ~ presets | sort | join(', ')
        ) }}
    {%- endif -%}
    {%- set keys = sessions.session_rule_keys() -%}
    {%- set rules = {'name': none} -%}
    {%- for key in keys -%}
        {%- do rules.update({key: keys[key].default}) -%}
    {%- endfor -%}
    {%- for place, given in [
        ('session_rule_presets.' ~ preset, presets[preset]),
        ('session_rule_overrides', overrides),
    ] -%}
        {%- if given is not mapping -%}
            {{ exceptions.raise_compiler_error(
                place ~ " is " ~ sessions.as_typed(given)
                ~ "; write a dictionary, such as {timeout_seconds: 900}, or {} for none"
            ) }}
        {%- endif -%}
        {%- for key in given -%}
            {%- if key not in keys -%}
                {{ exceptions.raise_compiler_error(
                    place ~ " has the key '" ~ key ~ "'; choose among "
                    ~ keys | sort | join(', ')
                ) }}
            {%- elif not sessions.fits(given[key], keys[key].takes) -%}
                {%- set value = given[key] -%}
                {{ exceptions.raise_compiler_error(
                    "session rule " ~ key ~ " is "
                    ~ ("'" ~ value ~ "'" if value is string else sessions.as_typed(value))
                    ~ "; it takes " ~ sessions.allowed_values(keys[key].takes)
                ) }}
            {%- endif -%}
        {%- endfor -%}
        {%- do rules.update(given) -%}
    {%- endfor -%}
    {%- do rules.update({'name': sessions.rule_set_name(preset, overrides)}) -%}

    {{ return(rules) }}
{%- endmacro %}

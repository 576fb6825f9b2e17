{#- The rule set in force: the preset with its overrides, checked key by key. The model
    that needs it reads the variables and hands the result to the boundaries, so that
    what a model depends on stands in its first lines. -#}
{% macro session_rules(preset, overrides, presets) -%}
    {%- if preset is not string or preset not in presets -%}
        {{ exceptions.raise_compiler_error(
            "session_rules is '" ~ preset ~ "'; choose one of "
            ~ presets | sort | join(', ')
        ) }}
    {%- endif -%}
    {%- if overrides is not mapping -%}
        {{ exceptions.raise_compiler_error(
            "session_rule_overrides is " ~ sessions.as_typed(overrides)
            ~ "; write a dictionary, such as {timeout_seconds: 900}"
        ) }}
    {%- endif -%}

    {%- set rules = {'name': sessions.rule_set_name(preset, overrides)} -%}
    {%- do rules.update(presets[preset]) -%}
    {%- do rules.update(overrides) -%}

    {%- set keys = sessions.session_rule_keys() -%}
    {%- set missing = keys | reject('in', rules) | sort -%}
    {%- if missing -%}
        {{ exceptions.raise_compiler_error(
            "session_rule_presets gives " ~ preset ~ " no " ~ missing | join(', ')
            ~ "; write every key of a preset"
        ) }}
    {%- endif -%}
    {%- for key in rules if key != 'name' -%}
        {%- if key not in keys -%}
            {{ exceptions.raise_compiler_error(
                "session_rule_overrides has the key '" ~ key ~ "'; choose among "
                ~ keys | sort | join(', ')
            ) }}
        {%- elif not sessions.fits(rules[key], keys[key]) -%}
            {%- set value = rules[key] -%}
            {{ exceptions.raise_compiler_error(
                "session rule " ~ key ~ " is "
                ~ ("'" ~ value ~ "'" if value is string else sessions.as_typed(value))
                ~ "; it takes " ~ sessions.allowed_values(keys[key])
            ) }}
        {%- endif -%}
    {%- endfor -%}

    {{ return(rules) }}
{%- endmacro %}

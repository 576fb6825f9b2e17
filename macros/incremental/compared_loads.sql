{#- Loads that are compared. The rows of an export that is written again by the day do not
    say when they arrived. Such a source gives each row the checksum of its load, which is
    all rows with its loaded_at. A load whose checksum differs from the built one is read
    again as a whole, however old it is, and what it no longer has is withdrawn. -#}


{#- The sources of the build that compare their loads: those whose staging model has a column
    load_checksum. None at parse time and in unit tests. -#}
{% macro sources_that_compare_loads() -%}
    {%- set known = sessions.known_in_run('compared_loads') -%}
    {%- set comparing = [] -%}
    {%- for source in sessions.event_sources(sessions.setting('event_sources')) -%}
        {%- set relation = ref('stg_' ~ source ~ '__events') -%}
        {%- if not known.get(source) -%}
            {%- do known.update({source: sessions.columns_found(relation)}) -%}
        {%- endif -%}
        {%- do comparing.append(source) if 'load_checksum' in known[source] -%}
    {%- endfor -%}
    {{ return(comparing) }}
{%- endmacro %}


{#- The checksum of the load to which a row of a staging model belongs; null where loads are
    found by loaded_at.

    source: the folder of the staging model. -#}
{% macro load_checksum_of(source) -%}
    {%- set is_given = source in sessions.sources_that_compare_loads() -%}
    cast({{ 'load_checksum' if is_given else 'null' }} as {{ sessions.type_text() }})
{%- endmacro %}


{#- Whether a row of stg_events is of such a source. -#}
{% macro is_of_compared_loads() -%}
    {%- set sources = sessions.sources_that_compare_loads() -%}
    {{ return(
        "staging_folder in ('" ~ sources | join("', '") ~ "')" if sources else 'false'
    ) }}
{%- endmacro %}


{#- Whether a built row stays although its source no longer has it: it tells tables
    downstream which rows to remove. It is neither an event nor an exclusion.

    relation: prefix of the column, such as `events.`. -#}
{% macro is_withdrawn(relation='') -%}
    coalesce({{ relation }}exclusion_reason, 'none') = 'withdrawn'
{%- endmacro %}


{#- Runs before int_changed_loads is built, whose query reads the state of
    int_events_enriched if a source compares its loads. -#}
{% macro begin_changed_loads() -%}
    {%- set statements = sessions.begin_new_events() -%}
    {{ return(statements if sessions.sources_that_compare_loads() else '') }}
{%- endmacro %}

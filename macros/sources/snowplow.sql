{#- What Snowplow's events have in columns of JSON, or in tables of their own. -#}


{#- The entities that staging reads, by the names that it gives them: the table of the
    source snowplow, the column of events, and the path to the object in that column.
    Snowflake names properties as their schema does, which is in capitals for some. -#}
{% macro snowplow_entity_places() -%}
    {%- set of_vendor = 'contexts_com_snowplowanalytics_snowplow_' -%}
    {{ return({
        'actions': {
            'table': 'ecommerce_actions',
            'column': 'unstruct_event_com_snowplowanalytics_snowplow_ecommerce_'
                ~ 'snowplow_ecommerce_action_1',
            'path': [],
        },
        'checkout_steps': {
            'table': 'ecommerce_checkout_steps',
            'column': of_vendor ~ 'ecommerce_checkout_step_1',
            'path': [0],
        },
        'transactions': {
            'table': 'ecommerce_transactions',
            'column': of_vendor ~ 'ecommerce_transaction_1',
            'path': [0],
        },
        'refunds': {
            'table': 'ecommerce_refunds',
            'column': of_vendor ~ 'ecommerce_refund_1',
            'path': [0],
        },
        'first_products': {
            'table': 'ecommerce_products',
            'column': of_vendor ~ 'ecommerce_product_1',
            'path': [0],
        },
        'client_sessions': {
            'table': 'client_sessions',
            'column': of_vendor ~ 'client_session_1',
            'path': [0],
            'has_capitals': true,
        },
    }) }}
{%- endmacro %}


{#- A query for one row per event of a table of entities, of which each event has one at
    most: a copy of it is loaded with each delivery of the event. Without the table it has
    no rows.

    table: its name in the source snowplow. -#}
{% macro snowplow_entities(table) -%}
    select
        {%- for column in sessions.columns_of_source(table, 'snowplow') | map(attribute='name')
            if column not in ['root_id', 'root_tstamp'] %}
        min({{ column }}) as {{ column }},
        {%- endfor %}
        root_id,
        root_tstamp
    from (
        {{ sessions.rows_of_source(table, 'snowplow') | indent(8) }}
    ) as deliveries
    group by root_id, root_tstamp
{%- endmacro %}


{#- A property of an entity of an event, in the type that the yml of its table gives it:
    from the column of the event, or from the table.

    entity: one of snowplow_entity_places, which is joined by this name.
    property: its name in the table; with capitals it is userId for user_id. -#}
{% macro snowplow_value(entity, property) -%}
    {%- set place = sessions.snowplow_entity_places()[entity] -%}
    {%- set column = 'events.' ~ place.column -%}
    {%- set words = property.split('_') -%}
    {%- set values = [] -%}
    {%- set names = [property, words[0] ~ words[1:] | map('capitalize') | join] -%}
    {%- for name in names[: 2 if place.has_capitals else 1] -%}
        {%- do values.append(sessions.json_text(column, place.path + [name])) -%}
    {%- endfor -%}
    {%- set json = 'coalesce(' ~ values | join(', ') ~ ')' if values[1:] else values[0] -%}
    {%- for listed in sessions.columns_of_source(place.table, 'snowplow')
        if listed.name == property -%}
        {%- if listed.data_type == 'bigint' -%}
            {%- set json = sessions.as_own_type(json, 'integer') -%}
        {%- elif listed.data_type == 'decimal(20, 6)' -%}
            {%- set json = sessions.money_or_null(json) -%}
        {%- else -%}
            {%- set json = sessions.text_or_null(json) -%}
        {%- endif -%}
        coalesce({{ json }}, {{ entity }}.{{ property }})
    {%- endfor -%}
{%- endmacro %}


{#- The columns of atomic.events that own columns come from, beyond those that every event
    has, as a list of names; stg_events names those that it lacks. -#}
{% macro snowplow_own_columns() -%}
    {%- set known = sessions.contract_columns(with_unkept=true) | map(attribute='name') | list -%}
    {%- set names = [] -%}
    {%- set asked = sessions.sources_of_own_columns() if known else [] -%}
    {%- set found = sessions.columns_found(source('snowplow', 'events')) if asked else [] -%}
    {%- for name in asked if name in found and name not in known -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- The tables of the source segment, and which of their columns make which column of an
    event. Trackers of one family fill them: Segment, RudderStack, Hightouch Events, Jitsu. -#}


{#- Those tables that exist, as a list of dictionaries with name, kind and relation: kind is
    page, screen or track for the tables of these calls, order or event for the table of one
    event. A table appears with its first row, so each build looks anew; the log says where
    none is found.

    kinds: the kinds that are asked for. -#}
{% macro segment_tables(kinds) -%}
    {%- set tables = [
        {'kind': 'page', 'name': 'pages', 'relation': source('segment', 'pages')},
        {'kind': 'screen', 'name': 'screens', 'relation': source('segment', 'screens')},
        {'kind': 'track', 'name': 'tracks', 'relation': source('segment', 'tracks')},
    ] -%}
    {%- set declared = {
        'product_viewed': source('segment', 'product_viewed'),
        'product_added': source('segment', 'product_added'),
        'product_removed': source('segment', 'product_removed'),
        'cart_viewed': source('segment', 'cart_viewed'),
        'checkout_started': source('segment', 'checkout_started'),
        'order_completed': source('segment', 'order_completed'),
        'order_refunded': source('segment', 'order_refunded'),
    } -%}
    {%- set tracks = tables[2].relation -%}
    {%- for name in sessions.segment_tables_of_events() -%}
        {#- One that a shop adds is where tracks is. -#}
        {%- do tables.append({
            'kind': 'order' if name in sessions.setting('segment_order_tables') else 'event',
            'name': name,
            'relation': declared[name] if name in declared else api.Relation.create(
                database=tracks.database, schema=tracks.schema, identifier=name
            ),
        }) -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for table in tables
        if table.kind in kinds and sessions.is_existing_source(table.relation) -%}
        {%- do found.append(table) -%}
    {%- endfor -%}
    {%- if execute and not found and 'page' in kinds -%}
        {{ log(
            'no table of segment is in the schema ' ~ tracks.schema ~ ' yet; if it is '
            ~ 'another one, set segment_schema', info=true
        ) }}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{#- The tables of single events that the settings name, each once, as a list of names. -#}
{% macro segment_tables_of_events() -%}
    {{ return(
        (sessions.setting('segment_order_tables') + sessions.setting('segment_event_tables'))
        | unique | list
    ) }}
{%- endmacro %}


{#- Whether an event is one of these tables, false for one without a name.

    event_name: its name as it was tracked, a SQL expression. -#}
{% macro is_segment_event_of_table(event_name) -%}
    {%- set names = [] -%}
    {%- for name in sessions.segment_tables_of_events() -%}
        {%- do names.append(sessions.normalized_name(sessions.quote_literal(name))) -%}
    {%- endfor -%}
    {%- if names -%}
        coalesce({{ sessions.normalized_name(event_name) }} in ({{ names | join(', ') }}), false)
    {%- else -%}
        1 = 0
    {%- endif -%}
{%- endmacro %}


{#- The columns of an event by name, each with the columns of a table that it is taken from:
    the first that is not null. A property called url, name or title means the page only
    where the call is one of a page or screen, and only an order has the values of one.

    kind: see segment_tables. -#}
{% macro segment_columns(kind) -%}
    {%- set is_page, is_order = kind in ['page', 'screen'], kind == 'order' -%}
    {%- set is_of_event = kind in ['order', 'event'] -%}
    {{ return({
        'event_id': ['id', 'message_id'],
        'site_id': ['site_id'],
        'visitor_id': ['anonymous_id'],
        'user_id': ['user_id'],
        'source_session_id': ['context_session_id'],
        'event_text': ['event_text', 'event'] if not is_page else [],
        'page_url': ['context_page_url'] + (
            ['url', 'context_page_path', 'path'] if is_page else ['context_page_path']
        ),
        'page_title': ['context_page_title'] + (['title', 'name'] if is_page else []),
        'referrer_url': ['context_page_referrer'] + (['referrer'] if is_page else []),
        'user_agent': ['context_user_agent'],
        'ip_address': ['context_ip'],
        'context_device_type': ['context_device_type'],
        'operating_system': ['context_os_name'],
        'country': ['context_location_country', 'context_geo_country_code'],
        'region': ['context_location_region', 'context_geo_region_code'],
        'city': ['context_location_city', 'context_geo_city_name'],
        'language': ['context_locale'],
        'traffic_source': ['context_campaign_source'],
        'traffic_medium': ['context_campaign_medium'],
        'traffic_campaign': ['context_campaign_name'],
        'traffic_term': ['context_campaign_term'],
        'traffic_content': ['context_campaign_content'],
        'order_id': ['order_id'] if is_order else [],
        'revenue': ['revenue', 'total'] if is_order else [],
        'tax': ['tax'] if is_order else [],
        'shipping': ['shipping'] if is_order else [],
        'discount': ['discount'] if is_order else [],
        'coupon': ['coupon'] if is_order else [],
        'currency': ['currency'] if is_of_event else [],
        'product_id': ['product_id', 'sku'] if is_of_event else [],
        'quantity': ['quantity'] if is_of_event else [],
    }) }}
{%- endmacro %}


{#- The columns from which loaded_at is taken, the first that is not null: the one that the
    variable segment_loaded_at names, else what the table has of the usual ones. Tables are
    loaded apart, and each has a watermark of its own.

    relation: a table of the source segment, none where it does not exist. -#}
{% macro segment_loaded_at(relation) -%}
    {%- set name = sessions.setting('segment_loaded_at') -%}
    {%- if not name -%}
        {{ return(['loaded_at', 'uuid_ts', 'received_at']) }}
    {%- endif -%}
    {%- set found = sessions.columns_found(relation) if relation else [] -%}
    {%- if found and name | lower not in found -%}
        {{ exceptions.raise_compiler_error(
            'segment_loaded_at is ' ~ name ~ ', which ' ~ relation.schema ~ '.'
            ~ relation.identifier ~ ' does not have; choose among its timestamps: '
            ~ found | join(', ')
        ) }}
    {%- endif -%}
    {{ return([name]) }}
{%- endmacro %}


{#- The columns that own columns come from, beyond those that every event has, as a list of
    names. One that no table has is null in every row, and the log says so: a column appears
    with its first value.

    tables: see segment_tables. -#}
{% macro segment_own_columns(tables) -%}
    {%- set known = sessions.contract_columns(with_unkept=true) | map(attribute='name') | list -%}
    {%- set names, found = [], [] -%}
    {%- for name in sessions.sources_of_own_columns() if known and name not in known -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {%- for table in (tables if names else []) -%}
        {%- do found.extend(sessions.columns_found(table.relation)) -%}
    {%- endfor -%}
    {%- for name in names if execute and name not in found -%}
        {{ log(
            'no table of segment has a column ' ~ name ~ ' yet: null in every row',
            info=true
        ) }}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

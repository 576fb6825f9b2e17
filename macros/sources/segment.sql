{#- The tables of the source segment, and which of their columns make which column of an
    event. Trackers of one family fill them: Segment, RudderStack, Hightouch Events, Jitsu. -#}


{#- Those tables that exist, as a list of dictionaries with name, kind and relation: kind is
    page, screen or track for the tables of these calls, order or event for the table of one
    event. A table appears with its first row, so each build looks again; if it finds none, the
    log says in which schema it looked.

    kinds: the kinds of tables to find. -#}
{% macro segment_tables(kinds) -%}
    {%- set found = [] -%}
    {%- for table in sessions.segment_tables_listed()
        if table.kind in kinds and sessions.is_existing_source(table.relation) -%}
        {%- do found.append(table) -%}
    {%- endfor -%}
    {%- if execute and not found and 'page' in kinds -%}
        {{ log(
            'no table of segment is in the schema ' ~ source('segment', 'tracks').schema
            ~ ' yet; if it is another one, set segment_schema', info=true
        ) }}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}


{#- All of them, whether they exist or not. -#}
{% macro segment_tables_listed() -%}
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
    {%- set orders = sessions.setting('segment_order_tables') -%}
    {%- set events = sessions.setting('segment_event_tables') -%}
    {%- for name in (orders + events) | unique -%}
        {#- A table that a shop adds is in the schema of tracks. -#}
        {%- do tables.append({
            'kind': 'order' if name in orders else 'event',
            'name': name,
            'relation': declared[name] if name in declared else api.Relation.create(
                database=tracks.database, schema=tracks.schema, identifier=name
            ),
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}


{#- The names of the listed tables of events that do not exist, as a list. Their events are
    read from tracks. -#}
{% macro segment_tables_missing() -%}
    {%- set missing = [] -%}
    {%- for table in sessions.segment_tables_listed()
        if table.kind in ['order', 'event']
        and not sessions.is_existing_source(table.relation) -%}
        {%- do missing.append(table.name) -%}
    {%- endfor -%}
    {{ return(missing) }}
{%- endmacro %}


{#- The listed table to which an event belongs, null for one of no such table.

    event_name: its name as it was tracked, a SQL expression. -#}
{% macro segment_table_of_event(event_name) -%}
    {%- set missing = sessions.segment_tables_missing() -%}
    {%- set names = sessions.segment_tables(['order', 'event']) | map(attribute='name') | list -%}
    {%- if not names + missing -%}
        {{ return('cast(null as ' ~ sessions.type_text() ~ ')') }}
    {%- endif -%}
    case {{ sessions.normalized_name(event_name) }}
        {%- for name in names + missing %}
        {%- set literal = sessions.quote_literal(name) %}
        when {{ sessions.normalized_name(literal) }} then {{ literal }}
        {%- endfor %}
    end
{%- endmacro %}


{#- Whether a row of tracks is read there, although its event has a table: that does not
    exist, a day after the row came. Tables are loaded one after the other, so in the
    meantime it may only be late.

    table: what segment_table_of_event says.
    loaded_at: when the row came. -#}
{% macro is_read_from_tracks(table, loaded_at) -%}
    {%- set missing = [] -%}
    {%- for name in sessions.segment_tables_missing() -%}
        {%- do missing.append(sessions.quote_literal(name)) -%}
    {%- endfor -%}
    {%- if missing -%}
        (
            {{ table }} in ({{ missing | join(', ') }})
            and coalesce(
                {{ sessions.timestamp_or_null(loaded_at) }}
                < {{ sessions.timestamp_add('day', -1, sessions.current_timestamp_utc()) }},
                true
            )
        )
    {%- else -%}
        1 = 0
    {%- endif -%}
{%- endmacro %}


{#- Stops the run before it writes when events of a listed table were built from tracks and
    the table is there now, or the reverse: the rows of the one place would come on top of
    those of the other. -#}
{% macro check_segment_tables() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build')
        and 'segment' in sessions.event_sources(sessions.setting('event_sources'))
        and sessions.is_run_of_this_package()
        and not sessions.is_rebuilt_with_its_views('int_events_enriched') -%}
    {%- set builds = sessions.relation_of('int_builds') if is_concerned -%}
    {%- set watermarks = sessions.relation_of('int_watermarks') if builds -%}
    {%- if watermarks -%}
        {%- set built = [] -%}
        {%- for row in run_query(
            'select watermarks.event_source from ' ~ watermarks ~ ' as watermarks inner join '
            ~ sessions.current_entry_of('int_events_enriched', builds)
            ~ ' on watermarks.relation_name = current_entry.relation_name'
            ~ ' and watermarks.invocation_id = current_entry.invocation_id'
        ).rows -%}
            {%- do built.append(row[0]) -%}
        {%- endfor -%}
        {%- set missing = sessions.segment_tables_missing() -%}
        {%- for table in sessions.segment_tables_listed() if table.kind in ['order', 'event'] -%}
            {%- set name = table.relation.schema ~ '.' ~ table.relation.identifier -%}
            {%- if table.name in missing and 'segment_' ~ table.name in built -%}
                {{ exceptions.raise_compiler_error(
                    name ~ ' is not there any more, and its events were read from it; bring '
                    ~ 'it back, or, to read them from tracks, without properties, type: '
                    ~ 'dbt build --full-refresh'
                ) }}
            {%- elif table.name not in missing
                and 'segment_tracks_of_' ~ table.name in built -%}
                {{ exceptions.raise_compiler_error(
                    name ~ ' is there now, and its events were read from tracks before; to '
                    ~ 'read them with their properties, type: dbt build --full-refresh'
                ) }}
            {%- endif -%}
        {%- endfor -%}
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

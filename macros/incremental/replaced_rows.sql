{#- The rows that each incremental model deletes from its table before it inserts the
    selected ones: a macro per model, which returns a condition or a list of several. They
    must also match rows without a successor: a late-arriving event may merge a session into
    another, so that it is deleted and not selected again. All are evaluated before anything
    is inserted.

    selected: the relation of the selected rows. -#}
{% macro replaced_rows(selected) -%}
    {%- set found = context['sessions'][model.name ~ '__replaced_rows'](selected) -%}
    {{ return([found] if found is string else found) }}
{%- endmacro %}


{#- Each build replaces all rows. -#}
{% macro int_events_new__replaced_rows(selected) -%}
    {{ return('true') }}
{%- endmacro %}

{% macro int_changed_loads__replaced_rows(selected) -%}
    {{ return('true') }}
{%- endmacro %}

{% macro int_tested_days__replaced_rows(selected) -%}
    {{ return('true') }}
{%- endmacro %}

{% macro agg_traffic_quality_daily__replaced_rows(selected) -%}
    {{ return('true') }}
{%- endmacro %}

{% macro agg_marketing_daily__replaced_rows(selected) -%}
    {{ return('true') }}
{%- endmacro %}


{#- Deliveries are new, or all deliveries of one source and loaded_at are read again. -#}
{% macro int_events_enriched__replaced_rows(selected) -%}
    {%- set columns = ['event_source', 'loaded_at'] -%}
    {%- set dated -%}
        loaded_at >= (select min(loaded_at) from {{ selected }})
        and {{ sessions.tuple_in(columns, columns, selected) }}
    {%- endset -%}
    {%- set undated -%}
        loaded_at is null
        and event_source in (
            select event_source from {{ selected }}
            where loaded_at is null
        )
    {%- endset -%}
    {{ return([dated, undated]) }}
{%- endmacro %}


{% macro int_events_sessionized__replaced_rows(selected) -%}
    {{ sessions.is_delivery_of(selected, 'event_date') }}
{%- endmacro %}


{% macro int_sessions_enriched__replaced_rows(selected) -%}
    session_key in (
        {{ sessions.affected_session_keys('int_sessions_enriched') }}
    )
{%- endmacro %}


{#- The order events of affected islands, and those without a visitor whose first delivery is
    new, whatever event that is. A later delivery is a duplicate and changes nothing.
    Duplicates without a visitor form islands too; rebuilding one must not delete the order
    event that they repeat. -#}
{% macro int_order_events__replaced_rows(selected) -%}
    {%- set with_visitor -%}
        visitor_id is not null
        and {{ sessions.is_delivery_of(sessions.affected_order_events(), 'event_date') }}
    {%- endset -%}
    {%- set without_visitor -%}
        visitor_id is null
        and event_key in (
            select event_key from {{ ref('int_events_enriched') }}
            where event_key is not null
            and coalesce(exclusion_reason, 'none') != 'duplicate'
            and {{ sessions.is_new_to('int_order_events') }}
        )
    {%- endset -%}
    {{ return([with_visitor, without_visitor]) }}
{%- endmacro %}


{#- Orders that have changed, and orders that are gone: refunds, rates, the books and
    late-arriving earlier purchases change orders of any age. -#}
{% macro fct_orders__replaced_rows(selected) -%}
    {%- set changed -%}
        order_key in (select order_key from {{ selected }})
    {%- endset -%}
    {%- set gone -%}
        order_key not in (
            select {{ sessions.key_to_text('order_key') }}
            from {{ ref('int_order_events') }}
            union all
            select {{ sessions.key_to_text('order_key') }}
            from {{ ref('int_orders_booked') }}
        )
    {%- endset -%}
    {{ return([changed, gone]) }}
{%- endmacro %}


{#- The selected sessions, and all that events of affected islands could have opened. -#}
{% macro fct_sessions__replaced_rows(selected) -%}
    session_id in (
        select session_id from {{ selected }}
        where session_id is not null
        union all
        select {{ sessions.key_to_text('session_key') }}
        from ({{ sessions.affected_session_keys('fct_sessions') }}) as pending
    )
{%- endmacro %}


{#- Without goals the table is empty. -#}
{% macro fct_goal_completions__replaced_rows(selected) -%}
    {%- if not sessions.has_goals() -%}
        {{ return('false') }}
    {%- endif -%}
    session_id in (
        select {{ sessions.key_to_text('session_key') }}
        from ({{ sessions.affected_session_keys('fct_goal_completions') }}) as pending
    )
    and session_date in (
        {{ sessions.affected_island_days('fct_goal_completions') }}
    )
{%- endmacro %}


{% macro fct_events__replaced_rows(selected) -%}
    {{ sessions.is_of_affected_session('fct_events', 'event_date') }}
{%- endmacro %}

{% macro fct_page_views__replaced_rows(selected) -%}
    {{ sessions.is_of_affected_session('fct_page_views', 'session_date') }}
{%- endmacro %}


{#- The items of events in affected islands, those of selected events, and those of an event
    without a visitor, which is in no island, once its first delivery is another one. As for
    int_order_events, a duplicate must not delete the items of the delivery that it repeats. -#}
{% macro fct_event_items__replaced_rows(selected) -%}
    {%- set affected -%}
        from {{ ref('int_events_sessionized') }}
        where {{ sessions.in_affected_island('fct_event_items') }}
    {%- endset -%}
    {%- set in_islands -%}
        visitor_id is not null
        and event_date in (select distinct event_date {{ affected }})
        and {{ sessions.tuple_in(
            ['visitor_key', 'event_key', 'event_at'],
            ['visitor_key', 'event_key', 'event_at'],
            '(select ' ~ sessions.key_to_text('visitor_key') ~ ' as visitor_key, '
            ~ sessions.key_to_text('event_key') ~ ' as event_key, event_at '
            ~ affected ~ ') as pending'
        ) }}
    {%- endset -%}
    {%- set of_selected_events -%}
        event_date in (select event_date from {{ selected }})
        and event_key in (select event_key from {{ selected }})
    {%- endset -%}
    {%- set without_visitor -%}
        visitor_id is null
        and event_key in (
            select {{ sessions.key_to_text('event_key') }}
            from {{ ref('int_events_enriched') }}
            where event_key is not null
            and coalesce(exclusion_reason, 'none') != 'duplicate'
            and {{ sessions.is_new_to('fct_event_items') }}
        )
    {%- endset -%}
    {{ return([in_islands, of_selected_events, without_visitor]) }}
{%- endmacro %}


{% macro fct_event_exclusions__replaced_rows(selected) -%}
    {%- set days = '(' ~ sessions.affected_event_days('fct_event_exclusions') ~ ') as days' -%}
    {%- set on_days -%}
        event_date in (select event_date from {{ days }})
    {%- endset -%}
    {%- set on_no_day -%}
        event_date is null and exists (
            select 1 from {{ days }} where event_date is null
        )
    {%- endset -%}
    {{ return([on_days, on_no_day]) }}
{%- endmacro %}


{% macro dim_visitors__replaced_rows(selected) -%}
    visitor_key in (
        select visitor_key from {{ selected }}
        union all
        select {{ sessions.key_to_text('visitor_key') }}
        from {{ ref('int_events_sessionized') }}
        where {{ sessions.in_affected_island('dim_visitors') }}
    )
{%- endmacro %}


{#- The selected persons, and all who may have lost sessions. -#}
{% macro dim_persons__replaced_rows(selected) -%}
    person_key in (
        select person_key from {{ selected }}
        union all
        select person_key from {{ ref('int_affected_persons') }}
    )
{%- endmacro %}


{#- Orders whose touchpoints have changed, and those that are gone. -#}
{% macro fct_touchpoints__replaced_rows(selected) -%}
    {%- set changed -%}
        order_key in (select order_key from {{ selected }})
    {%- endset -%}
    {{ return([changed, sessions.has_lost_its_session()]) }}
{%- endmacro %}


{% macro agg_sessions_daily__replaced_rows(selected) -%}
    {{ sessions.is_on_replaced_day('agg_sessions_daily', selected) }}
{%- endmacro %}

{% macro agg_landing_pages_daily__replaced_rows(selected) -%}
    {{ sessions.is_on_replaced_day('agg_landing_pages_daily', selected) }}
{%- endmacro %}

{% macro agg_funnel_daily__replaced_rows(selected) -%}
    {{ sessions.is_on_replaced_day('agg_funnel_daily', selected) }}
{%- endmacro %}

{% macro agg_goals_daily__replaced_rows(selected) -%}
    {%- if not sessions.has_goals() -%}
        {{ return('false') }}
    {%- endif -%}
    {{ sessions.is_on_replaced_day('agg_goals_daily', selected) }}
{%- endmacro %}

{% macro agg_pages_daily__replaced_rows(selected) -%}
    {{ sessions.is_on_replaced_day('agg_pages_daily', selected) }}
{%- endmacro %}

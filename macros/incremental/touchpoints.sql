{#- Which orders have other touchpoints than those in a table. -#}


{#- A query for the sessions that may be those of another person, or have another source,
    than when a table was built: all of visitors with an affected island, those whose person
    an alias names, and as ids alone those that events of such islands may have opened.

    model_name: one of tables_with_aliases. -#}
{% macro affected_sessions_of_persons(model_name) -%}
    {%- set islands = sessions.in_affected_island(model_name) -%}
    {%- set visitors -%}
        (
            select site_id, visitor_id
            from {{ ref('int_sessions_enriched') }}
            where visitor_key in (
                select visitor_key from {{ ref('int_events_sessionized') }}
                where {{ islands }}
            )
            {%- for column in ['user_id', 'visitor_id'] %}
            union distinct
            select site_id, visitor_id
            from {{ ref('fct_sessions') }}
            where {{ sessions.tuple_in(
                ['site_id', column],
                ['site_id', 'alias'],
                ref('int_user_aliases') ~ ' where ' ~ sessions.is_alias_new_to(model_name)
            ) }}
            {%- endfor %}
        ) as affected_visitors
    {%- endset -%}
    {%- set visitor = ['site_id', 'visitor_id'] -%}
    select session_id, site_id, person_id
    from {{ ref('fct_sessions') }}
    where visitor_id in (select visitor_id from {{ visitors }})
    and {{ sessions.tuple_in(visitor, visitor, visitors) }}
    union all
    select
        {{ sessions.key_to_text('session_key') }} as session_id,
        cast(null as {{ sessions.type_text() }}) as site_id,
        cast(null as {{ sessions.type_text() }}) as person_id
    from ({{ sessions.affected_session_keys(model_name) }}) as opened
    where session_key is not null
{%- endmacro %}


{#- Whether an order has left fct_orders, or its session. Orders that have changed are
    among the selected rows. -#}
{% macro has_lost_its_session() -%}
    order_key not in (
        select order_key from {{ ref('fct_orders') }} where session_id is not null
    )
{%- endmacro %}

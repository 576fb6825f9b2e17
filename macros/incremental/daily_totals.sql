{#- Tables of daily totals. -#}


{#- The grain of a table of daily totals, as its columns.

    model_name: an incremental model of that kind. -#}
{% macro grain_of(model_name) -%}
    {{ return({
        'agg_sessions_daily': [
            'site_id', 'session_date', 'channel', 'traffic_source', 'traffic_medium',
            'traffic_campaign', 'device_category', 'country',
        ],
        'agg_landing_pages_daily': ['site_id', 'session_date', 'landing_page_path'],
        'agg_pages_daily': ['site_id', 'session_date', 'page_path', 'page_group'],
        'agg_funnel_daily': ['site_id', 'session_date', 'channel', 'device_category'],
        'agg_goals_daily': [
            'site_id', 'session_date', 'channel', 'traffic_source', 'traffic_medium',
            'traffic_campaign', 'device_category', 'country', 'goal_name',
        ],
        'agg_products_daily': ['site_id', 'event_date', 'product_id'],
    }[model_name]) }}
{%- endmacro %}


{#- Whether a table of daily totals has to count the sessions of a day again.

    model_name: an incremental model of that kind. -#}
{% macro is_on_affected_day(model_name) -%}
    session_date in (
        select session_date from {{ ref('int_affected_session_days') }}
        where model_name = '{{ model_name }}'
    )
{%- endmacro %}


{#- A query for the days of events in islands whose current state a table of daily totals
    does not have yet. An event changes sessions of its island, which begin on these days.

    model_name: an incremental model of that kind. -#}
{% macro affected_island_days(model_name) -%}
    select event_date as session_date
    from {{ ref('int_events_sessionized') }}
    where {{ sessions.in_affected_island(model_name) }}
{%- endmacro %}


{#- A query for the days whose exclusions a table does not have as they are: those of new
    rows, whether excluded or kept, and of affected islands, because a late event may add an
    old one to a session or remove it from one. Null is the day of rows without any
    timestamp.

    model_name: an incremental model of that kind. -#}
{% macro affected_event_days(model_name) -%}
    select event_date from {{ ref('int_events_enriched') }}
    where {{ sessions.is_new_to(model_name) }}
    union distinct
    select event_date from {{ ref('int_events_sessionized') }}
    where {{ sessions.in_affected_island(model_name) }}
{%- endmacro %}


{#- Whether the totals of a day are deleted: because new ones are selected, or because all
    sessions of the day are gone, which only events of that day can cause.

    model_name: an incremental model of that kind.
    selected: the relation of the selected rows. -#}
{% macro is_on_replaced_day(model_name, selected) -%}
    session_date in (
        select session_date from {{ selected }}
        union all
        {{ sessions.affected_island_days(model_name) }}
    )
{%- endmacro %}


{#- A query for the days on which the orders in a built table of daily totals differ from
    those of fct_sessions: revenue follows the order, to sessions of any age.

    model_name: an incremental model of that kind, with sums of orders. -#}
{% macro days_with_changed_revenue(model_name) -%}
    {%- set grain = sessions.grain_of(model_name) -%}
    {%- set as_built -%}
        (select * from {{ sessions.existing_relation(model_name) }} where order_count > 0) as built
    {%- endset -%}
    {%- set as_now -%}
        (
            select
                {{ grain | join(', ') }},
                cast(sum(order_count) as {{ dbt.type_bigint() }}) as order_count,
                cast(sum(valued_order_count) as {{ dbt.type_bigint() }}) as valued_order_count,
                {{ sessions.money('sum(revenue)') }} as revenue,
                {{ sessions.money('sum(refunded_revenue)') }} as refunded_revenue
            from {{ ref('fct_sessions') }}
            where order_count > 0
            group by {{ grain | join(', ') }}
        ) as totals
    {%- endset -%}
    select session_date
    from (
        {{ sessions.symmetric_difference(
            grain + ['order_count', 'valued_order_count', 'revenue', 'refunded_revenue'],
            as_built, as_now
        ) }}
    ) as totals_changed
{%- endmacro %}


{#- The same for agg_funnel_daily: the days on which other sessions hold an order. -#}
{% macro days_with_changed_purchases() -%}
    {%- set grain = sessions.grain_of('agg_funnel_daily') -%}
    {%- set as_built -%}
        (
            select * from {{ sessions.existing_relation('agg_funnel_daily') }}
            where funnel_step = 'purchase' and reached_count > 0
        ) as built
    {%- endset -%}
    {%- set as_now -%}
        (
            select
                {{ grain | join(', ') }},
                cast(count(*) as {{ dbt.type_bigint() }}) as reached_count
            from {{ ref('fct_sessions') }}
            where order_count > 0
            group by {{ grain | join(', ') }}
        ) as totals
    {%- endset -%}
    select session_date
    from (
        {{ sessions.symmetric_difference(grain + ['reached_count'], as_built, as_now) }}
    ) as totals_changed
{%- endmacro %}

{{ config(
    enabled=has_marts('marketing'),
    **partition_and_cluster_by('order_date', keys=['order_key', 'session_id'])
) }}
{%- set fractional_models = ['linear', 'position', 'time_decay'] -%}
{%- set whole_models = ['first', 'last', 'last_non_direct'] %}

{% if is_incremental() -%}
-- depends_on: {{ ref('int_events_sessionized') }}, {{ ref('int_builds') }}
-- depends_on: {{ ref('fct_orders') }}
{% endif %}
with

touchpoints_credited as (

    select * from {{ ref('int_touchpoints_credited') }}

),

touchpoints as (

    select
        ---------- ids
        order_key,
        session_id,
        site_id,
        order_id,
        person_id,
        visitor_id,

        ---------- the order
        ordered_at,
        order_date,
        is_first_order,
        revenue,

        ---------- the session
        session_started_at,
        session_date,
        channel,
        traffic_source,
        traffic_medium,
        traffic_campaign,
        is_direct,
        is_order_session,
        cast(touchpoint_number as bigint) as touchpoint_number,
        cast(touchpoint_count as bigint) as touchpoint_count,
        cast(floor(seconds_before / 86400) as bigint) as days_before_order,

        ---------- its part of the order under each model
        {%- for model in whole_models %}
        cast(case when has_{{ model }} then 1 else 0 end as decimal(18, 6))
            as {{ model }}_share,
        {%- endfor %}
        {%- for model in fractional_models %}
        {{ millionths('coalesce(' ~ model ~ '_share_units, 0)') }}
            as {{ model }}_share,
        {%- endfor %}
        {%- for model in whole_models %}
        {{ money(
            'case when has_' ~ model
            ~ ' then revenue else 0 * revenue end'
        ) }} as {{ model }}_revenue,
        {%- endfor %}
        {%- for model in fractional_models %}
        {{ divide_money(
            money(
                'case when revenue < 0 then -1 else 1 end * case when '
                ~ 'is_credited then ' ~ model ~ '_revenue_units '
                ~ 'else 0 * revenue end'
            ),
            '100'
        ) }} as {{ model }}_revenue
        {{- ',' if not loop.last }}
        {%- endfor %}

    from touchpoints_credited

)

select * from touchpoints

{{ config(
    enabled=has_marts('marketing'),
    **partition_and_cluster_by('order_date', keys=['order_key', 'session_id'])
) }}
{%- set fractional_models = ['linear', 'position', 'time_decay'] -%}
{%- set whole_models = ['first', 'last', 'last_non_direct'] %}
{%- do also_depends_on(['int_events_sessionized', 'int_builds', 'fct_orders']) %}

with

-- an order may be worth less than nothing
touchpoints_credited as (

    select
        {%- for model in fractional_models %}
        case
            when not is_credited then 0 * revenue
            when revenue < 0 then -{{ model }}_revenue_units
            else {{ model }}_revenue_units
        end as {{ model }}_cents,
        {%- endfor %}
        *

    from {{ ref('int_touchpoints_credited') }}

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
        cast(
            case when has_{{ model }} then revenue else 0 * revenue end
            as decimal(28, 2)
        ) as {{ model }}_revenue,
        {%- endfor %}
        {%- for model in fractional_models %}
        {{ divide_money(
            'cast(' ~ model ~ '_cents as decimal(28, 2))', 100
        ) }} as {{ model }}_revenue,
        {%- endfor %}

        ---------- its distance
        cast(floor(seconds_before / 86400) as bigint) as days_before_order

    from touchpoints_credited

)

select * from touchpoints

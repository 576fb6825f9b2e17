{{ config(enabled=has_marts('marketing')) }}
{%- set fractional_models = ['linear', 'position', 'time_decay'] -%}
{%- set amounts = {'revenue': 'abs(revenue) * 100', 'share': '1000000'} -%}
{%- set timeline = 'is_order_session, session_started_at, '
    ~ collate_binary('visitor_id') ~ ', session_number' %}

with

touchpoints as (

    select
        *,
        row_number() over (partition by order_key order by {{ timeline }})
            as touchpoint_number,
        count(*) over (partition by order_key) as touchpoint_count,
        count(case when not is_direct then 1 end) over (partition by order_key)
            as non_direct_count,
        {{ seconds_between('session_started_at', 'ordered_at') }} as seconds_before

    from {{ ref('int_touchpoints') }}

),

-- next to other touchpoints, a direct session of the order counts for last only
touchpoints_credited as (

    select
        *,
        {{ 'true' if setting('touchpoints_include_direct')
            else '(not is_direct or non_direct_count = 0)' }} as is_credited,
        not is_direct or non_direct_count = 0 as may_be_last_non_direct

    from touchpoints

),

touchpoints_placed as (

    select
        *,
        row_number() over (
            partition by order_key, is_credited order by touchpoint_number
        ) as credit_number,
        count(*) over (partition by order_key, is_credited) as credit_count,
        min(seconds_before) over (partition by order_key, is_credited)
            as nearest_seconds,
        max(case when may_be_last_non_direct then touchpoint_number end)
            over (partition by order_key) as last_non_direct_number

    from touchpoints_credited

),

touchpoints_weighted as (

    select
        *,
        is_credited and credit_number = 1 as has_first,
        touchpoint_number = touchpoint_count as has_last,
        touchpoint_number = last_non_direct_number as has_last_non_direct,
        1 as linear_weight,
        {{ position_weight() | indent(8) }} as position_weight,
        {{ time_decay_weight(setting('touchpoint_half_life_days')) | indent(8) }}
            as time_decay_weight

    from touchpoints_placed

),

-- the value of an order in cents, and the order itself in millionths
credits as (
    {% for model in fractional_models %}
    {%- for amount, units in amounts.items() %}
    select
        order_key,
        touchpoint_number,
        '{{ model }}_{{ amount }}' as credit_name,
        cast({{ units }} as {{ type_of('decimal(38, 0)') }}) as units,
        cast({{ model }}_weight as {{ type_of('decimal(38, 0)') }}) as weight
    from touchpoints_weighted
    where is_credited
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

credits_with_total as (

    select
        *,
        cast(
            sum(weight) over (partition by order_key, credit_name)
            as {{ type_of('decimal(38, 0)') }}
        ) as total_weight

    from credits

),

credits_divided as (

    select
        *,
        {{ whole_quotient('units * weight', 'total_weight') }} as whole_units

    from credits_with_total

),

-- largest remainder: what whole units leave over goes to the largest remainders, of
-- equal ones to the earliest touchpoint
credits_ranked as (

    select
        *,
        units - sum(whole_units) over (partition by order_key, credit_name)
            as units_left,
        row_number() over (
            partition by order_key, credit_name
            order by
                units * weight - whole_units * total_weight desc, touchpoint_number
        ) as remainder_place

    from credits_divided

),

credits_rounded as (

    select
        *,
        case
            when remainder_place <= units_left then whole_units + 1
            else whole_units
        end as credited_units

    from credits_ranked

),

credits_in_columns as (

    select
        order_key,
        {%- for model in fractional_models %}
        {%- for amount in amounts %}
        max(case when credit_name = '{{ model }}_{{ amount }}' then credited_units end)
            as {{ model }}_{{ amount }}_units,
        {%- endfor %}
        {%- endfor %}
        touchpoint_number

    from credits_rounded

    group by order_key, touchpoint_number

)

select
    {%- for model in fractional_models %}
    credits.{{ model }}_revenue_units,
    credits.{{ model }}_share_units,
    {%- endfor %}
    touchpoints.*

from touchpoints_weighted as touchpoints
left join credits_in_columns as credits
    on
        touchpoints.order_key = credits.order_key
        and touchpoints.touchpoint_number = credits.touchpoint_number

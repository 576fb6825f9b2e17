{#- A day of a channel compared with the same weekday of the four weeks before. -#}


{#- A value if it is the median element of several, or one of two: the mean of the two is
    the median.

    value: what the median is of.
    place: the number of its row, 1 for the smallest value.
    row_count: the number of values. -#}
{% macro median_element(value, place, row_count) -%}
    case
        when 2 * {{ place }} between {{ row_count }} and {{ row_count }} + 2
            then cast({{ value }} as {{ sessions.type_double() }})
    end
{%- endmacro %}


{#- By how many sessions an unusual day differs from the median: quality_unusual_deviations
    times one deviation, which is how much its weekdays usually differ, or the square root of
    the median where that is larger, because a count varies that much by chance alone.
    Source of a limit of 3.5 deviations by medians: Iglewicz and Hoaglin, How to Detect and
    Handle Outliers, 1993. -#}
{% macro outlier_threshold() -%}
    {{ sessions.setting('quality_unusual_deviations') }} * greatest(
        baseline_session_deviation, sqrt(greatest(baseline_session_count, 1))
    )
{%- endmacro %}


{% macro has_more_sessions() -%}
    session_count > baseline_session_count + {{ sessions.outlier_threshold() }}
{%- endmacro %}


{% macro has_fewer_sessions() -%}
    session_count < baseline_session_count - {{ sessions.outlier_threshold() }}
{%- endmacro %}


{#- Whether a ratio is about as high as its baseline, or higher.

    name: a column that has a baseline.
    percent: the percentage of the baseline that still counts as about as high. -#}
{% macro holds(name, percent) -%}
    coalesce({{ name }}, 0) * 100 >= coalesce(baseline_{{ name }}, 0) * {{ percent }}
{%- endmacro %}


{#- Far more sessions than usual, and a far smaller share of them engaged than with people. -#}
{% macro is_bot_like_spike() -%}
    (
        {{ sessions.has_more_sessions() }}
        and not {{ sessions.holds(
            'engagement_rate', sessions.setting('quality_bot_engagement_percent')
        ) }}
    )
{%- endmacro %}


{#- The quantile of the normal distribution that leaves 2.5 % on either side: intervals
    contain the true value in 95 of 100 cases. -#}
{% macro normal_quantile() -%}
    {{ return(1.959964) }}
{%- endmacro %}


{#- A bound of the interval of a share. Source: Wilson, Probable inference, the law of
    succession, and statistical inference, 1927.

    successes, trials: counts.
    side: -1 for the lower bound, 1 for the upper one. -#}
{% macro share_bound(successes, trials, side) -%}
    {%- set z = sessions.normal_quantile() -%}
    (
        {{ successes }} + {{ z * z / 2 }} + {{ side * z }} * sqrt(
            {{ sessions.safe_divide(
                successes ~ ' * (' ~ trials ~ ' - ' ~ successes ~ ')', trials
            ) }}
            + {{ z * z / 4 }}
        )
    ) / ({{ trials }} + {{ z * z }})
{%- endmacro %}


{#- A bound of the interval of the difference between the conversion rate of a day and its
    baseline, from those of both rates. Source: Newcombe, Interval estimation for the
    difference between independent proportions, 1998, method 10.

    side: -1 for the lower bound, 1 for the upper one. -#}
{% macro conversion_change_bound(side) -%}
    {%- set of_day -%}
        (conversion_rate - {{ sessions.share_bound(
            'converted_session_count', 'session_count', side
        ) }})
    {%- endset -%}
    {%- set of_baseline -%}
        (baseline_conversion_rate - {{ sessions.share_bound(
            'compared_converted_session_count', 'compared_session_count', -side
        ) }})
    {%- endset -%}
    {{ sessions.rounded_bound(
        'conversion_rate - baseline_conversion_rate + ' ~ side ~ ' * sqrt('
        ~ of_day ~ ' * ' ~ of_day ~ ' + ' ~ of_baseline ~ ' * ' ~ of_baseline ~ ')'
    ) }}
{%- endmacro %}


{#- The variance of a mean of orders: that of the orders, divided by their number.

    order_count, revenue, squared_revenue: sums of the orders. -#}
{% macro variance_of_mean(order_count, revenue, squared_revenue) -%}
    {%- set double = sessions.type_double() -%}
    {%- set count = 'cast(' ~ order_count ~ ' as ' ~ double ~ ')' -%}
    {%- set sum = 'cast(' ~ revenue ~ ' as ' ~ double ~ ')' -%}
    {%- set squares = 'cast(' ~ squared_revenue ~ ' as ' ~ double ~ ')' -%}
    greatest({{ squares }} - {{ sum }} * {{ sum }} / {{ count }}, 0)
    / ({{ count }} * ({{ count }} - 1))
{%- endmacro %}


{#- A bound of the interval of the difference between the average order value of a day and
    its baseline; null with fewer than ten orders on either side, whose spread says little
    about orders that are rare and large. Source: Welch, The significance of the difference
    between two means when the population variances are unequal, 1938, with the degrees of
    freedom of the smaller number of orders, which is on the safe side; the quantile of the
    t distribution is that of Abramowitz and Stegun 1964, 26.7.5.

    side: -1 for the lower bound, 1 for the upper one. -#}
{% macro order_value_change_bound(side) -%}
    {%- set z = sessions.normal_quantile() -%}
    {%- set fewest = 'least(valued_order_count, compared_order_count)' -%}
    {%- set freedom -%}
        (cast({{ fewest }} as {{ sessions.type_double() }}) - 1)
    {%- endset -%}
    {%- set quantile -%}
        ({{ z }} + {{ (z ** 3 + z) / 4 }} / {{ freedom }}
        + {{ (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 }} / ({{ freedom }} * {{ freedom }}))
    {%- endset -%}
    {%- set variance -%}
        {{ sessions.variance_of_mean('valued_order_count', 'revenue', 'squared_revenue') }}
        + {{ sessions.variance_of_mean(
            'compared_order_count', 'compared_revenue', 'compared_squared_revenue'
        ) }}
    {%- endset -%}
    case
        when {{ fewest }} >= 10 then {{ sessions.rounded_bound(
            'average_order_value - baseline_average_order_value + ' ~ side ~ ' * '
            ~ quantile ~ ' * sqrt(' ~ variance ~ ')'
        ) }}
    end
{%- endmacro %}


{#- A bound rounded to six decimals, so that verdicts do not depend on the last digit of a
    square root, which engines may compute differently. -#}
{% macro rounded_bound(value) -%}
    cast(cast({{ value }} as decimal(34, 6)) as {{ sessions.type_double() }})
{%- endmacro %}


{#- Whether a ratio is lower than its baseline beyond chance: the whole interval is below it. -#}
{% macro is_surely_lower(name) -%}
    coalesce({{ name }}_change_high, 0) < 0
{%- endmacro %}


{#- Whether a ratio is higher than its baseline beyond chance. -#}
{% macro is_surely_higher(name) -%}
    coalesce({{ name }}_change_low, 0) > 0
{%- endmacro %}


{#- Whether a ratio holds beyond chance: even the lower bound is about as high as the
    baseline.

    name: a column that has a baseline and an interval.
    percent: the percentage of the baseline that still counts as about as high. -#}
{% macro surely_holds(name, percent) -%}
    coalesce(
        (baseline_{{ name }} + {{ name }}_change_low) * 100
        >= baseline_{{ name }} * {{ percent }},
        false
    )
{%- endmacro %}


{#- Far more sessions than usual, and they buy as before. Revenue per visitor holds, and
    that is no luck: conversion and order value hold beyond chance, or one of them is higher
    beyond chance, the other not lower, and revenue per visitor is no lower than the
    baseline. Without an order they do not, even if the baseline has none. -#}
{% macro scales_with_quality() -%}
    {%- set percent = sessions.setting('quality_holds_percent') -%}
    (
        {{ sessions.has_more_sessions() }}
        and order_count > 0
        and {{ sessions.holds('revenue_per_visitor', percent) }}
        and (
            (
                {{ sessions.surely_holds('conversion_rate', percent) }}
                and {{ sessions.surely_holds('average_order_value', percent) }}
            )
            or (
                {{ sessions.holds('revenue_per_visitor', 100) }}
                and (
                    {{ sessions.is_surely_higher('conversion_rate') }}
                    or {{ sessions.is_surely_higher('average_order_value') }}
                )
                and not {{ sessions.is_surely_lower('conversion_rate') }}
                and not {{ sessions.is_surely_lower('average_order_value') }}
            )
        )
    )
{%- endmacro %}


{#- Far more sessions than usual, and they buy less: revenue per visitor does not hold, and
    conversion or order value are lower beyond chance. -#}
{% macro is_worth_less() -%}
    (
        {{ sessions.has_more_sessions() }}
        and not {{ sessions.holds(
            'revenue_per_visitor', sessions.setting('quality_holds_percent')
        ) }}
        and (
            {{ sessions.is_surely_lower('conversion_rate') }}
            or {{ sessions.is_surely_lower('average_order_value') }}
        )
    )
{%- endmacro %}

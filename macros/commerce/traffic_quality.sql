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
    times one deviation, the usual distance of a day from the median, or the square root of
    the median where that is larger, because a count varies that much by chance alone.
    Source of the statistic, the median and the median distance from it, and of 3.5 as a
    limit: Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993. -#}
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


{#- Far more sessions than usual, and they buy as before: conversion, order value and
    revenue per visitor all hold, or revenue per visitor is no lower than the baseline.
    Without an order they do not, even if the baseline has none. -#}
{% macro scales_with_quality() -%}
    {%- set percent = sessions.setting('quality_holds_percent') -%}
    (
        {{ sessions.has_more_sessions() }}
        and order_count > 0
        and (
            (
                {{ sessions.holds('conversion_rate', percent) }}
                and {{ sessions.holds('average_order_value', percent) }}
                and {{ sessions.holds('revenue_per_visitor', percent) }}
            )
            or {{ sessions.holds('revenue_per_visitor', 100) }}
        )
    )
{%- endmacro %}

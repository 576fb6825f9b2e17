{#- What a day of a channel is, beside the same weekday in the four weeks before. -#}


{#- A value if it is the middle one of some, or one of two: their mean is the median.

    value: what the median is of.
    place: the number of its row, 1 for the smallest value.
    row_count: how many there are. -#}
{% macro median_element(value, place, row_count) -%}
    case
        when 2 * {{ place }} between {{ row_count }} and {{ row_count }} + 2
            then cast({{ value }} as {{ sessions.type_double() }})
    end
{%- endmacro %}


{#- By how many sessions a day has to differ to be unusual: so many deviations, of which one
    is how far days usually lie from their median, or the square root of the median where
    that is more, for as much a count varies by chance alone. Source of the statistic, the
    median and the median distance from it, and of 3.5 as a limit: Iglewicz and Hoaglin, How
    to Detect and Handle Outliers, 1993. -#}
{% macro outlier_threshold() -%}
    {{ var('quality_unusual_deviations') }} * greatest(
        baseline_session_deviation, sqrt(greatest(baseline_session_count, 1))
    )
{%- endmacro %}


{% macro has_more_sessions() -%}
    session_count > baseline_session_count + {{ sessions.outlier_threshold() }}
{%- endmacro %}


{% macro has_fewer_sessions() -%}
    session_count < baseline_session_count - {{ sessions.outlier_threshold() }}
{%- endmacro %}


{#- Whether a ratio is about what it was, or more.

    name: a column that has a baseline.
    percent: how much of the baseline is about as much. -#}
{% macro holds(name, percent) -%}
    coalesce({{ name }}, 0) * 100 >= coalesce(baseline_{{ name }}, 0) * {{ percent }}
{%- endmacro %}


{#- Far more came than usual, and far fewer of them looked around, as people do. -#}
{% macro is_bot_like_spike() -%}
    (
        {{ sessions.has_more_sessions() }}
        and not {{ sessions.holds(
            'engagement_rate', var('quality_bot_engagement_percent')
        ) }}
    )
{%- endmacro %}


{#- Far more came than usual and they buy as the others did: as often, for as much and so for
    as much each, or for no less on the whole. Who buys nothing does not, though nobody did
    before. -#}
{% macro scales_with_quality() -%}
    {%- set percent = var('quality_holds_percent') -%}
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

{#- A bound of Wilson's score interval for a share of some, null without any. (Wilson,
    Journal of the American Statistical Association 22, 1927, 209-212.)

    share: a SQL expression, from 0 to 1.
    count: of how many.
    deviations: the quantile of the normal distribution; below 0 for the lower bound. -#}
{% macro wilson_bound(share, count, deviations) -%}
    (
        {{ share }} + {{ deviations ** 2 / 2 }} / {{ count }}
        {{ '-' if deviations < 0 else '+' }} {{ deviations | abs }} * sqrt(
            ({{ share }} * (1 - {{ share }}) + {{ deviations ** 2 / 4 }} / {{ count }})
            / {{ count }}
        )
    ) / (1 + {{ deviations ** 2 }} / {{ count }})
{%- endmacro %}


{#- A number as text, rounded to some decimals.

    number: a SQL expression.
    decimals: how many. -#}
{% macro as_words(number, decimals) -%}
    cast(cast({{ number }} as decimal(18, {{ decimals }})) as {{ sessions.type_text() }})
{%- endmacro %}

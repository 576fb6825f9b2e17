{#- Models of attribution: which part of an order each of its touchpoints earns. -#}


{#- The models, by the names that begin their columns. -#}
{% macro attribution_models() -%}
    {{ return(
        ['first', 'last', 'last_non_direct', 'linear', 'position', 'time_decay']
    ) }}
{%- endmacro %}


{#- The weight of a touchpoint by its position: the first and the last have two fifths of the
    order each, those between them share the last fifth. Of two each has half. -#}
{% macro position_weight() -%}
    case
        when credit_count > 2 and credit_number in (1, credit_count)
            then 2 * (credit_count - 2)
        else 1
    end
{%- endmacro %}


{#- The weight of a touchpoint by its distance from the order: half of it is lost in each
    half-life. It is measured from the nearest touchpoint, which leaves the shares as they
    are and the nearest one with a weight of one, and counted in billionths: engines compute
    the last digits of a power differently.

    half_life_days: a number of days of 24 hours. -#}
{% macro time_decay_weight(half_life_days) -%}
    floor(
        1000000000 * power(
            cast(2 as {{ sessions.type_double() }}),
            cast(nearest_seconds - seconds_before as {{ sessions.type_double() }})
            / {{ half_life_days * 86400 }}
        ) + cast(0.5 as {{ sessions.type_double() }})
    )
{%- endmacro %}

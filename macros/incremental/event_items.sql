{#- Which events a build of fct_event_items has to read although their islands are as they
    were. Items are new by loaded_at, and the newest item in the table is the watermark: it
    is written with the rows that it stands for, so nothing has to be recorded. -#}


{#- A query for the events of items that the table may lack: those as new as its newest item
    or newer, because more of one loaded_at may have arrived, and those that do not say when
    they arrived.

    built_items: fct_event_items as the last build left it. -#}
{% macro events_of_late_items(built_items) -%}
    select {{ sessions.event_key() }} as event_key
    from {{ ref('stg_event_items') }}
    where
        loaded_at is null
        or loaded_at >= (
            select coalesce(max(built.loaded_at), {{ sessions.min_timestamp() }})
            from {{ built_items }} as built
        )
{%- endmacro %}


{#- A query for the events whose items are converted at another rate than the seed
    exchange_rates has now. Only items in other currencies than the reported one are read.

    built_items: see events_of_late_items. -#}
{% macro events_with_changed_rate(built_items) -%}
    select {{ sessions.text_to_key('items.event_key') }} as event_key
    from {{ built_items }} as items
    left join {{ ref('stg_seeds__exchange_rates') }} as rates
        on {{ sessions.is_rate_of('items.currency', 'items.event_date') }}
    where
        items.currency != {{ sessions.upper_ascii(
            sessions.quote_literal(sessions.setting('reporting_currency'))
        ) }}
        and not {{ sessions.is_not_distinct_from('items.exchange_rate', 'rates.rate') }}
{%- endmacro %}

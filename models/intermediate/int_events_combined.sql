with

{% for source in event_sources(var('event_sources')) %}
{{ source }}_events as (

    select
        {%- for column in event_columns_of(ref('stg_' ~ source ~ '__events')) %}
        cast({{ column.value }} as {{ type_of(column.data_type) }}) as {{ column.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('stg_' ~ source ~ '__events') }}

),

{% endfor %}
events as (
    {% for source in event_sources(var('event_sources')) %}
    select * from {{ source }}_events
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

events_combined as (

    select
        {%- for column in event_columns() if column.name not in ['site_id', 'loaded_at'] %}
        {{ column.name }},
        {%- endfor %}
        coalesce(site_id, 'default') as site_id,
        {{ timestamp_or_null('loaded_at') }} as loaded_at,
        -- as it was given, so that new rows are found without reading old ones
        loaded_at as loaded_at_given

    from events

)

select * from events_combined

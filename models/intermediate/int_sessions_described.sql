{%- set columns_of_the_opening_event = [
    'site_id', 'visitor_id', 'event_at_local', 'referrer_host', 'country', 'source_place',
    'traffic_source', 'traffic_medium', 'traffic_campaign', 'traffic_term',
    'traffic_content', 'click_id_name',
] -%}

with

-- the few events whose wide columns say something of the session
telling_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
        and (event_number = 1 or is_landing or is_exit or is_last_with_user)

),

events as (

    select * from {{ ref('int_events_enriched') }}

    where exclusion_reason is null

),

sessions_described as (

    select
        telling_events.session_key,
        {%- for column in columns_of_the_opening_event %}
        max(case when telling_events.event_number = 1 then events.{{ column }} end)
            as {{ column }},
        {%- endfor %}
        max(case when telling_events.is_landing then events.page_url end)
            as landing_page_url,
        max(case when telling_events.is_landing then events.page_path end)
            as landing_page_path,
        max(case when telling_events.is_exit then events.page_path end)
            as exit_page_path,
        max(case when telling_events.is_last_with_user then events.user_id end)
            as user_id

    from telling_events
    inner join events
        on telling_events.event_key = events.event_key

    group by telling_events.session_key

)

select * from sessions_described

{%- set built_sessions = existing_relation('fct_sessions') -%}
{%- set compared_columns = 'session_id, session_number, person_id, end_reason, '
    ~ 'attributed_at, order_count, valued_order_count, revenue, refunded_revenue, '
    ~ 'days_since_previous_session, is_first_visit' %}

with

sessions_sequenced as (

    select * from {{ ref('int_sessions_sequenced') }}

),

{% if built_sessions %}
affected_sessions as (

    {{ affected_session_keys('fct_sessions') | indent(4) }}

),

-- outside affected islands, other sessions change only these columns of a session
sessions_compared as (

    select
        *,
        {{ key_to_text('session_key') }} as session_id

    from sessions_sequenced

    where
        session_key not in (select session_key from affected_sessions)
        and (
            attributed_session_key is null
            or attributed_session_key not in (
                select session_key from affected_sessions
            )
        )

),

sessions_unchanged as (

    select {{ compared_columns }} from sessions_compared

    {{ dbt.intersect() }}

    select {{ compared_columns }} from {{ built_sessions }}
    where {{ in_subquery('session_id', 'sessions_compared') }}

),

sessions as (

    select sessions.*

    from sessions_sequenced as sessions
    left join sessions_unchanged as unchanged
        on {{ key_to_text('sessions.session_key') }} = unchanged.session_id

    where unchanged.session_id is null

),

-- the source may be that of a session of any age: few columns of a long table
source_keys as (

    select source_session_key as session_key from sessions
    union distinct
    select attributed_session_key as session_key from sessions
    where attributed_session_key is not null

),
{% else %}
sessions as (select * from sessions_sequenced),
{% endif %}

sources as (

    select
        session_key,
        coalesce(traffic_source, case when source_place is null then '(direct)' end)
            as traffic_source,
        coalesce(traffic_medium, case when source_place is null then '(none)' end)
            as traffic_medium,
        traffic_campaign,
        traffic_term,
        traffic_content,
        click_id_name,
        channel

    from {{ ref('int_sessions_enriched') }}

    {% if built_sessions %}
    where {{ in_subquery('session_key', 'source_keys') }}
    {% endif %}

),

sessions_attributed as (

    select
        sessions.*,
        sources.traffic_source,
        sources.traffic_medium,
        sources.traffic_campaign,
        sources.traffic_term,
        sources.traffic_content,
        sources.click_id_name,
        sources.channel,
        case
            when attributed.session_key is null then '(direct)'
            else attributed.traffic_source
        end as attributed_source,
        case
            when attributed.session_key is null then '(none)'
            else attributed.traffic_medium
        end as attributed_medium,
        attributed.traffic_campaign as attributed_campaign,
        -- where nothing is attributed, the session's own source is direct
        coalesce(attributed.channel, sources.channel) as attributed_channel

    from sources
    inner join sessions
        on sources.session_key = sessions.source_session_key
    left join sources as attributed
        on sessions.attributed_session_key = attributed.session_key

)

select * from sessions_attributed

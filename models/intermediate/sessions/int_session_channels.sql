with

{% if existing_relation('int_sessions_enriched') %}
affected_events as (

    select * from {{ ref('int_events_sessionized') }}

    where
        session_key is not null
        and {{ in_affected_island('int_sessions_enriched') }}

),

{% endif %}
-- each source is assigned to its channel once, however many sessions have it
sources as (

    select distinct
        {{ channel_name('source') }} as channel_source,
        {{ channel_name('medium') }} as channel_medium,
        {{ channel_name('campaign') }} as channel_campaign

    from {{ ref('int_events_enriched') }}

    where
        exclusion_reason is null
    {% if existing_relation('int_sessions_enriched') %}
        and {{ is_event_of('affected_events', 'loaded_date') }}
    {% endif %}

),

-- a join of its own: some engines refuse an outer join without an equality
sources_in_patterns as (

    select distinct
        sources.channel_source as matched_source,
        patterns.category

    from sources
    inner join {{ ref('source_category_patterns') }} as patterns
        on {{ regexp_like_column('sources.channel_source', 'patterns.source_pattern') }}

),

sources_with_category as (

    select
        sources.*,
        coalesce(categories.category, patterns.category) as source_category

    from sources
    left join {{ ref('source_categories') }} as categories
        on sources.channel_source = categories.source
    left join sources_in_patterns as patterns
        on sources.channel_source = patterns.matched_source

),

-- your own rules come first
rules as (

    select
        1 as seed_number,
        rule_number,
        channel,
        source_category,
        source_pattern,
        medium_pattern,
        campaign_pattern

    from {{ ref('own_channel_rules') }}

    union all

    select
        2 as seed_number,
        rule_number,
        channel,
        source_category,
        source_pattern,
        medium_pattern,
        campaign_pattern

    from {{ ref('channel_rules') }}

),

rules_that_match as (

    select
        sources.*,
        rules.channel,
        row_number() over (
            partition by
                sources.channel_source, sources.channel_medium, sources.channel_campaign
            order by rules.seed_number, rules.rule_number
        ) as match_number

    from sources_with_category as sources
    inner join rules
        on {{ channel_rule_holds() }}

),

channels as (

    select
        channel_source,
        channel_medium,
        channel_campaign,
        channel

    from rules_that_match

    where match_number = 1

)

select * from channels

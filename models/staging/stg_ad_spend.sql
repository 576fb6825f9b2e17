{{ config(enabled=has_marts('marketing')) }}

with

source as (

    {{ rows_of_optional_table('ad_spend', ['spend_date', 'cost']) | indent(4) }}

),

-- the seed holds texts, so that a cell that is no number is found and stops nothing
seed as (

    select
        site_id,
        cast({{ as_own_type('spend_date', 'timestamp') }} as date) as spend_date,
        source,
        medium,
        campaign,
        channel,
        currency,
        {{ money_or_null('cost') }} as cost,
        {{ as_own_type('clicks', 'integer') }} as clicks,
        {{ as_own_type('impressions', 'integer') }} as impressions,
        {{ as_own_type('loaded_at', 'timestamp') }} as loaded_at

    from {{ ref('ad_spend') }}

),

source_and_seed as (

    select
        site_id,
        -- infinity is a day for some engines
        cast({{ timestamp_or_null('spend_date') }} as date) as spend_date,
        source,
        medium,
        campaign,
        channel,
        currency,
        cost,
        clicks,
        impressions,
        loaded_at

    from source

    union all

    select * from seed

),

-- names are in lower case, by which they are compared
renamed as (

    select
        coalesce({{ trimmed('site_id') }}, 'default') as site_id,
        spend_date,
        {{ lower_ascii(trimmed('source')) }} as traffic_source,
        {{ lower_ascii(trimmed('medium')) }} as traffic_medium,
        {{ lower_ascii(trimmed('campaign')) }} as traffic_campaign,
        {{ trimmed('channel') }} as channel,
        {{ trimmed('currency') }} as currency,
        cost,
        clicks,
        impressions,
        loaded_at

    from source_and_seed

)

select * from renamed

where loaded_at is null or loaded_at <= {{ current_timestamp_utc() }}

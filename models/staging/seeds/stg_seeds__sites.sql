with

sites as (

    select * from {{ ref('sites') }}

),

-- one row per domain becomes one row per site
sites_with_settings as (

    select
        site_id,
        coalesce(
            min(time_zone), {{ quote_literal(setting('reporting_time_zone')) }}
        ) as time_zone,
        coalesce(
            min(currency), {{ quote_literal(setting('reporting_currency')) }}
        ) as currency

    from sites

    where site_id is not null

    group by site_id

)

select * from sites_with_settings

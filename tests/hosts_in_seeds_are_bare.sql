-- Domains of the seed sites and hosts of own_referrer_exclusions that are no bare host,
-- such as one with https:// or a port: no referrer matches it, so each is a source.
{{ config(severity='warn') }}

with

hosts as (

    select
        'sites' as seed,
        domain as bare_host

    from {{ ref('sites') }}

    union all

    select
        'own_referrer_exclusions' as seed,
        host as bare_host

    from {{ ref('own_referrer_exclusions') }}

)

select * from hosts

where not {{ matches('bare_host', '^[^ /:*?#]*[^ /:*?#.]$') }}

-- Rows of the seed own_referrer_exclusions whose host is not a bare host, such as one
-- with https:// or a port: no referrer can match it, so the host would count as a
-- source.
{{ config(severity='warn') }}

with

exclusions as (

    select * from {{ ref('own_referrer_exclusions') }}

)

select * from exclusions

where not {{ regexp_like('host', '^[^ /:*?#]*[^ /:*?#.]$') }}

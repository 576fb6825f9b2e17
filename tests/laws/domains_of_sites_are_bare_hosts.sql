-- Rows of the seed sites whose domain is no bare host, such as one with https:// or a
-- port: no referrer can match it, and an own page would count as a source.
{{ config(severity='warn') }}

with

sites as (

    select * from {{ ref('sites') }}

)

select * from sites

where not {{ regexp_like('domain', '^[^ /:*?#]*[^ /:*?#.]$') }}

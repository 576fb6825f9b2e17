-- Rows of the seed own_referrer_exclusions whose host is not a bare host, such as one
-- with https:// or a port: no referrer can match it, so the host would count as a
-- source. A host beyond ASCII is spelled as browsers report it: xn--bcher-kva.example,
-- not bücher.example. Correct seeds/own_referrer_exclusions.csv, then type: dbt build
-- --full-refresh
{{ config(severity='warn', **message_of_law()) }}

with

exclusions as (

    select * from {{ ref('own_referrer_exclusions') }}

)

select * from exclusions

where not {{ regexp_like('host', '^[A-Za-z0-9_.-]*[A-Za-z0-9_-]$') }}

-- Rows of the seed sites whose domain is not a bare host, such as one with https:// or
-- a port: no referrer can match it, and own pages would count as traffic sources. A
-- host beyond ASCII is spelled as browsers report it: xn--bcher-kva.example, not
-- bücher.example. Correct seeds/sites.csv, then type: dbt build --full-refresh
{{ config(severity='warn', **message_of_law()) }}

with

sites as (

    select * from {{ ref('sites') }}

)

select * from sites

where not {{ regexp_like('domain', '^[A-Za-z0-9_.-]*[A-Za-z0-9_-]$') }}

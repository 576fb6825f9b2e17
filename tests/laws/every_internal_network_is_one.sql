-- Rows of the seed internal_networks that are neither an address nor a network in CIDR
-- notation, such as 10.0.0.0/33: they would match no address, without an error. Correct
-- seeds/internal_networks.csv, then type: dbt build --full-refresh
{{ config(**message_of_law()) }}
select network

from {{ ref('int_lookup_internal_networks') }}

where first_digits is null

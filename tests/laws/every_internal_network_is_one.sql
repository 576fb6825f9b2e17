-- Rows of the seed internal_networks that are neither an address nor a network in CIDR
-- notation, such as 10.0.0.0/33: nothing would lie in them, and nobody would notice.
select network

from {{ ref('int_lookup_internal_networks') }}

where first_digits is null

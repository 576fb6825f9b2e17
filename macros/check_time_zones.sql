{#- Stops the build when the warehouse does not support a time zone, or when a site has two:
    every local time would be wrong or missing. The error names the zone and the site.

    sites: the seed of sites.
    reporting_time_zone: the zone of every other site. -#}
{% macro check_time_zones(sites, reporting_time_zone) -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set known = sessions.known_time_zones() -%}
        {%- set query -%}
            select site_id, min(time_zone) as first_zone, max(time_zone) as last_zone
            from (
                select cast(site_id as {{ sessions.type_text() }}) as site_id, time_zone
                from {{ sites }}
                where site_id is not null
                union all
                select
                    cast(null as {{ sessions.type_text() }}) as site_id,
                    {{ sessions.quote_literal(reporting_time_zone) }} as time_zone
            ) as zones
            group by site_id
            having min(time_zone) != max(time_zone)
            {%- if known %}
                or min(time_zone) not in ({{ known }})
            {%- endif %}
            order by site_id
        {%- endset -%}

        {%- for row in run_query(query).rows -%}
            {%- if row[1] != row[2] -%}
                {{ exceptions.raise_compiler_error(
                    "seed sites gives the site '" ~ row[0] ~ "' two time zones, '" ~ row[1]
                    ~ "' and '" ~ row[2] ~ "'; give all its rows the same"
                ) }}
            {%- endif -%}
            {{ exceptions.raise_compiler_error(
                ("seed sites gives the site '" ~ row[0] ~ "'" if row[0] is not none
                    else "the variable reporting_time_zone is")
                ~ " the time zone '" ~ row[1] ~ "', which this warehouse does not support; "
                ~ "write an IANA name such as Europe/Berlin"
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

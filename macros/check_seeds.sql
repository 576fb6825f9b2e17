{#- Stops the build at a row of a seed that cannot be meant, before a table is written:
    stg_events, from which all are built, runs this first. The error names the row. -#}
{% macro check_seeds() -%}
    {%- do sessions.check_own_seeds() -%}
    {%- set sites, rates = ref('sites'), ref('exchange_rates') -%}
    {%- set rules, devices = ref('own_channel_rules'), ref('own_device_names') -%}
    {%- set path_rules = ref('own_path_rules') -%}
    {%- set categories = [ref('source_categories'), ref('source_category_patterns')] -%}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set time_zone = sessions.setting('reporting_time_zone') -%}
        {%- do sessions.check_time_zones(sites, time_zone) -%}
        {%- do sessions.check_currencies_of_sites(sites) -%}
        {%- do sessions.check_exchange_rates(rates) -%}
        {%- do sessions.check_own_channel_rules(rules, categories) -%}
        {%- do sessions.check_own_device_names(devices) -%}
        {%- do sessions.check_own_path_rules(path_rules) -%}
    {%- endif -%}
{%- endmacro %}


{#- Stops the build when a site has two currencies, or one that is no code.

    sites: the seed of sites. -#}
{% macro check_currencies_of_sites(sites) -%}
    {%- set query -%}
        select distinct cast(site_id as {{ sessions.type_text() }}) as site_id, currency
        from {{ sites }}
        where site_id is not null and currency is not null
        order by site_id, currency
    {%- endset -%}

    {%- set found = {} -%}
    {%- for site, currency in run_query(query).rows -%}
        {%- if not sessions.fits(currency, 'currency') -%}
            {{ exceptions.raise_compiler_error(
                "seed sites gives the site '" ~ site ~ "' the currency '" ~ currency
                ~ "'; write " ~ sessions.allowed_values('currency')
            ) }}
        {%- elif found.get(site, currency) | upper != currency | upper -%}
            {{ exceptions.raise_compiler_error(
                "seed sites gives the site '" ~ site ~ "' two currencies, '"
                ~ found[site] ~ "' and '" ~ currency ~ "'; give all its rows the same"
            ) }}
        {%- endif -%}
        {%- do found.update({site: currency}) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Stops the build when a rate is of no currency, or begins on no day.

    rates: the seed exchange_rates. -#}
{% macro check_exchange_rates(rates) -%}
    {%- set query -%}
        select distinct currency from {{ rates }}
        where currency is not null
        order by currency
    {%- endset -%}
    {%- for row in run_query(query).rows if not sessions.fits(row[0], 'currency') -%}
        {{ exceptions.raise_compiler_error(
            "seed exchange_rates has the currency '" ~ row[0] ~ "'; write "
            ~ sessions.allowed_values('currency')
        ) }}
    {%- endfor -%}

    {#- Most days are right by their look alone. -#}
    {%- set query -%}
        select valid_from, min(currency) as currency
        from (
            select
                cast(valid_from as {{ sessions.type_text() }}) as valid_from,
                currency
            from {{ rates }}
            where valid_from is not null
        ) as days
        where not {{ sessions.regexp_like(
            'valid_from', '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$'
        ) }}
        group by valid_from
        order by valid_from
    {%- endset -%}
    {%- for row in run_query(query).rows if not sessions.is_day(row[0]) -%}
        {{ exceptions.raise_compiler_error(
            "seed exchange_rates gives the currency '" ~ row[1] ~ "' a rate from '"
            ~ row[0] ~ "' on; write the day as YYYY-MM-DD, such as 2026-03-18"
        ) }}
    {%- endfor -%}
{%- endmacro %}


{#- Stops the build when a rule reads a category that no source has, or a pattern that
    this warehouse does not take.

    rules: the seed own_channel_rules.
    categories: the seeds with the column category. -#}
{% macro check_own_channel_rules(rules, categories) -%}
    {%- set found = run_query(
        'select rule_number, source_category, source_pattern, medium_pattern, '
        ~ 'campaign_pattern from ' ~ rules ~ ' order by rule_number'
    ) -%}
    {%- set known = run_query(
        'select category from '
        ~ categories | join(' union distinct select category from ')
    ).columns[0].values() | reject('none') | sort if found.rows else [] -%}
    {%- for row in found.rows -%}
        {%- set rule = "seed own_channel_rules gives the rule " ~ row[0] ~ " the " -%}
        {%- if row[1] is not none and row[1] not in known -%}
            {{ exceptions.raise_compiler_error(
                rule ~ "source_category '" ~ row[1] ~ "', which no source has; write "
                ~ "one of " ~ known | join(', ')
            ) }}
        {%- endif -%}
        {%- for pattern in row.values()[2:] if pattern is not none -%}
            {%- do try_or_compiler_error(
                rule ~ "pattern '" ~ pattern ~ "', which is no regular expression to "
                ~ "this warehouse; write one such as ^(partner|affiliate)$",
                run_query,
                'select ' ~ sessions.regexp_like_column(
                    "'a'", sessions.quote_literal(pattern | string)
                ) ~ ' as is_match'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}


{#- Stops the build at a name that is of no kind, or that makes a device of its own.

    devices: the seed own_device_names. -#}
{% macro check_own_device_names(devices) -%}
    {%- set kinds = sessions.device_columns() -%}
    {%- set categories = ['desktop', 'mobile', 'tablet', 'tv', 'bot', 'unknown'] -%}
    {%- set found = run_query(
        'select kind, given, value from ' ~ devices
        ~ ' where kind is not null and given is not null order by kind, given'
    ) -%}
    {%- for kind, given, name in found.rows -%}
        {%- if kind not in kinds -%}
            {{ exceptions.raise_compiler_error(
                "seed own_device_names has the kind '" ~ kind ~ "'; write one of "
                ~ kinds | join(', ')
            ) }}
        {%- elif kind == 'device_category' and name is not none
            and name not in categories -%}
            {{ exceptions.raise_compiler_error(
                "seed own_device_names gives the device_category '" ~ given
                ~ "' the value '" ~ name ~ "'; write one of " ~ categories | join(', ')
                ~ ", or leave it empty"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Stops the build at a rule for paths that no path can match, or whose replacement takes
    what its pattern does not have.

    rules: the seed own_path_rules. -#}
{% macro check_own_path_rules(rules) -%}
    {%- for row in run_query(
        'select rule_number, pattern, replacement from ' ~ rules ~ ' order by rule_number'
    ).rows -%}
        {%- set rule = "seed own_path_rules gives the rule " ~ row[0] ~ " the " -%}
        {%- set pattern, replacement = row[1] | string, row[2] | string -%}
        {%- if row[1] is none or not modules.re.fullmatch('[/*][^?]*', pattern) -%}
            {{ exceptions.raise_compiler_error(
                rule ~ "pattern '" ~ pattern ~ "', which no path is like; write one that "
                ~ "begins with / or * and has no ?, such as /blog/**"
            ) }}
        {%- endif -%}
        {%- set parts = modules.re.findall('[*][*]|[*]|#', pattern) | length -%}
        {%- for reference in modules.re.findall('[$].?', replacement)
            if reference[1:] not in '123456789'[:parts] or reference == '$' -%}
            {{ exceptions.raise_compiler_error(
                rule ~ "replacement '" ~ replacement ~ "' with '" ~ reference ~ "', but "
                ~ "its pattern '" ~ pattern ~ "' has " ~ parts ~ " of *, ** and #; write "
                ~ "$1 for what the first of them stands for"
            ) }}
        {%- endfor -%}
        {%- if row[2] is none -%}
            {{ exceptions.raise_compiler_error(
                "seed own_path_rules gives the rule " ~ row[0] ~ " no replacement; write "
                ~ "the name of a group, such as /blog"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{%- set most_links = 64 -%}

with recursive

placeholders as (

    select * from {{ ref('stg_seeds__placeholder_values') }}

    where kind = 'id'

),

aliases as (

    select
        coalesce(aliases.site_id, 'default') as site_id,
        aliases.alias,
        aliases.person,
        aliases.loaded_at

    from {{ ref('stg_user_aliases') }} as aliases
    left join placeholders as alias_words
        on {{ lower_ascii('aliases.alias') }} = alias_words.word
    left join placeholders as person_words
        on {{ lower_ascii('aliases.person') }} = person_words.word

    where
        aliases.alias != aliases.person
        and alias_words.word is null
        and person_words.word is null

),

aliases_numbered as (

    select
        *,
        row_number() over (
            partition by site_id, alias
            order by
                coalesce(loaded_at, {{ min_timestamp() }}) desc,
                {{ collate_binary('person') }}
        ) as place

    from aliases

),

links as (

    select
        site_id,
        alias,
        person

    from aliases_numbered

    where place = 1

),

-- where a chain leads after two links and more. A circle has no end, and stops there
chains {{ recursive_cte_columns(['site_id', 'alias', 'person_id', 'link_count']) }} as (

    select
        links.site_id,
        links.alias,
        next_links.person as person_id,
        2 as link_count

    from links
    inner join links as next_links
        on
            links.site_id = next_links.site_id
            and links.person = next_links.alias

    union all

    select
        chains.site_id,
        chains.alias,
        links.person as person_id,
        chains.link_count + 1 as link_count

    from chains
    inner join links
        on
            chains.site_id = links.site_id
            and chains.person_id = links.alias

    where chains.link_count < {{ most_links }}

),

chain_lengths as (

    select
        site_id,
        alias,
        max(link_count) as link_count

    from chains

    group by site_id, alias

),

chain_ends as (

    select chains.*

    from chains
    inner join chain_lengths
        on
            chains.site_id = chain_lengths.site_id
            and chains.alias = chain_lengths.alias
            and chains.link_count = chain_lengths.link_count

),

aliases_resolved as (

    select
        links.site_id,
        links.alias,
        links.person,
        coalesce(chain_ends.person_id, links.person) as person_id

    from links
    left join chain_ends
        on
            links.site_id = chain_ends.site_id
            and links.alias = chain_ends.alias

),

aliases_checked as (

    select
        aliases.*,
        links.alias is not null as is_endless

    from aliases_resolved as aliases
    left join links
        on
            aliases.site_id = links.site_id
            and aliases.person_id = links.alias

)

select * from aliases_checked

with

-- your own rules come first
rules as (

    select
        1 as seed_number,
        rule_number,
        pattern,
        replacement

    from {{ ref('own_path_rules') }}

    union all

    select
        2 as seed_number,
        rule_number,
        pattern,
        replacement

    from {{ ref('path_rules') }}

),

rules_in_order as (

    select
        row_number() over (
            order by
                seed_number,
                rule_number,
                {{ collate_binary('pattern') }},
                {{ collate_binary('replacement') }}
        ) as rule_position,
        {{ path_pattern('pattern') }} as path_pattern,
        {{ path_beginning('pattern') }} as path_beginning,
        {{ path_replacement('replacement') }} as path_replacement

    from rules

    where
        pattern is not null
        and replacement is not null

)

select * from rules_in_order

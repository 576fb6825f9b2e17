-- Categories of the seeds source_categories and source_category_patterns that no rule
-- reads: their rows change nothing, and such a category is often misspelled. The one
-- called email is for rules of your own. Correct it, or add a rule to
-- own_channel_rules, then type: dbt build --full-refresh
{{ config(**message_of_law()) }}
with

categories as (

    select category from {{ ref('source_categories') }}

    union distinct

    select category from {{ ref('source_category_patterns') }}

),

rules as (

    select source_category from {{ ref('channel_rules') }}

    union distinct

    select source_category from {{ ref('own_channel_rules') }}

)

select categories.category

from categories
left join rules
    on categories.category = rules.source_category

where
    rules.source_category is null
    and categories.category != 'email'

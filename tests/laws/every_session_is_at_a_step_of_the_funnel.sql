-- Sessions at a step, and days of the funnel with one, that funnel_steps does not have.
-- Where rows were changed by hand or restored in part, type: dbt build --full-refresh.
-- If it fails again, a model is wrong.
{{ config(**message_of_law()) }}
{%- set names = [] -%}
{%- for step in funnel_steps() %}{% do names.append(quote_literal(step)) %}{% endfor %}

select
    site_id,
    session_date,
    furthest_funnel_step as funnel_step

from {{ ref('fct_sessions') }}

where
    {{ is_in_test_scope('session_date') }}
    and furthest_funnel_step not in ('none', {{ names[1:] | join(', ') }})

union all

select
    site_id,
    session_date,
    funnel_step

from {{ ref('agg_funnel_daily') }}

where
    {{ is_in_test_scope('session_date') }}
    and funnel_step not in ({{ names | join(', ') }})

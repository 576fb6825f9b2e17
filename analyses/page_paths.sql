-- What visitors saw directly before and after a page, or a group of pages, in the
-- sessions of the 28 days up to the newest: the nine groups with most page views and
-- the others, and how often the page was the first or the last of its session, which is
-- where visitors are lost. The shares of a site before the page add up to 1, and so do
-- those after it:
--   dbt show --select page_paths --limit 99
--   dbt show --select page_paths --limit 99 --vars '{explained_page: /cart}'
{{ config(enabled=has_marts('pages')) }}
with

page_views as (

    select * from {{ ref('fct_page_views') }}

    where
        session_date > (
            select {{ date_add(-28, 'max(newest.session_date)') }}
            from {{ ref('fct_page_views') }} as newest
        )

),

{% if setting('explained_page') is none -%}
-- without explained_page: the group with most page views
groups_counted as (

    select
        page_group,
        row_number() over (order by count(*) desc, page_group asc) as group_number

    from page_views

    where page_group is not null

    group by page_group

),

views_of_page as (

    select page_views.*

    from page_views
    inner join groups_counted
        on
            page_views.page_group = groups_counted.page_group
            and groups_counted.group_number = 1

),
{%- else -%}
{%- set page = quote_literal(setting('explained_page')) -%}
views_of_page as (

    select * from page_views

    where
        page_path = {{ page }}
        or page_group = {{ page }}

),
{%- endif %}

neighbours as (

    select
        site_id,
        'before' as direction,
        is_entrance as is_end,
        case
            when is_entrance then '(entrance)'
            else coalesce(previous_page_group, '(no address)')
        end as neighbour_page

    from views_of_page

    union all

    select
        site_id,
        'after' as direction,
        is_exit as is_end,
        case
            when is_exit then '(exit)'
            else coalesce(next_page_group, '(no address)')
        end as neighbour_page

    from views_of_page

),

neighbours_counted as (

    select
        site_id,
        direction,
        is_end,
        neighbour_page,
        count(*) as page_view_count,
        row_number() over (
            partition by site_id, direction, is_end
            order by count(*) desc, neighbour_page asc
        ) as place

    from neighbours

    group by site_id, direction, is_end, neighbour_page

),

neighbours_shown as (

    select
        site_id,
        direction,
        is_end,
        case when place <= 9 then neighbour_page else '(other pages)' end
            as neighbour_page,
        min(place) as place,
        sum(page_view_count) as page_view_count

    from neighbours_counted

    group by
        site_id,
        direction,
        is_end,
        case when place <= 9 then neighbour_page else '(other pages)' end

),

shares as (

    select
        *,
        {{ safe_divide(
            '10000 * page_view_count',
            'sum(page_view_count) over (partition by site_id, direction)'
        ) }} as ten_thousandths

    from neighbours_shown

),

-- largest remainders: what is cut off goes to those of whom most was cut off
shares_in_order as (

    select
        *,
        10000 - sum(floor(ten_thousandths)) over (partition by site_id, direction)
            as left_over,
        row_number() over (
            partition by site_id, direction
            order by
                ten_thousandths - floor(ten_thousandths) desc,
                is_end desc,
                place asc
        ) as remainder_number

    from shares

)

select
    site_id,
    direction,
    neighbour_page,
    cast(page_view_count as {{ dbt.type_bigint() }}) as page_view_count,
    cast(
        (
            floor(ten_thousandths)
            + case when remainder_number <= left_over then 1 else 0 end
        ) / 10000 as decimal(5, 4)
    ) as share_of_views

from shares_in_order
order by site_id asc, direction desc, is_end desc, place asc

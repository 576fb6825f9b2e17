-- Pages on which more sessions end, or after which fewer order, than on the other pages
-- of their group, by more than luck explains. Of the 28 days up to the newest, pages
-- with at least 100 sessions; a page that is alone in its group has nothing to be
-- compared with:
--   dbt show --select underperforming_pages --limit 99 --output json
-- least_difference and most_difference bound the difference of both shares with 99 %
-- confidence, by Wilson's score intervals for single shares, combined as Newcombe does
-- (Statistics in Medicine 17, 1998, 873-890, method 10). So of a hundred pages that are
-- like the others, one is listed for luck alone. A session counts for each page that it
-- saw.
{{ config(enabled=has_marts('pages')) }}
{%- set least_sessions, deviations = 100, 2.5758 %}
with

pages as (

    select
        site_id,
        page_group,
        page_path,
        sum(session_count) as session_count,
        sum(exit_count) as exit_count,
        sum(ordered_session_count) as ordered_session_count

    from {{ ref('agg_pages_daily') }}

    where
        page_path is not null
        and session_date > (
            select {{ date_add(-28, 'max(newest.session_date)') }}
            from {{ ref('agg_pages_daily') }} as newest
        )

    group by site_id, page_group, page_path

),

pages_and_others as (

    select
        *,
        sum(session_count) over (partition by site_id, page_group) - session_count
            as others_session_count,
        sum(exit_count) over (partition by site_id, page_group) - exit_count
            as others_exit_count,
        sum(ordered_session_count) over (partition by site_id, page_group)
        - ordered_session_count as others_ordered_session_count

    from pages

),

shares as (

    select
        site_id,
        page_group,
        page_path,
        'ended there' as what,
        session_count,
        others_session_count,
        {{ safe_divide('exit_count', 'session_count') }} as page_share,
        {{ safe_divide('others_exit_count', 'others_session_count') }} as others_share

    from pages_and_others

    union all

    select
        site_id,
        page_group,
        page_path,
        'ordered after it' as what,
        session_count,
        others_session_count,
        {{ safe_divide('ordered_session_count', 'session_count') }} as page_share,
        {{ safe_divide('others_ordered_session_count', 'others_session_count') }}
            as others_share

    from pages_and_others

),

shares_bounded as (

    select
        *,
        {{ wilson_bound('page_share', 'session_count', -deviations) | indent(8) }}
            as page_least,
        {{ wilson_bound('page_share', 'session_count', deviations) | indent(8) }}
            as page_most,
        {{ wilson_bound(
            'others_share', 'others_session_count', -deviations
        ) | indent(8) }} as others_least,
        {{ wilson_bound(
            'others_share', 'others_session_count', deviations
        ) | indent(8) }} as others_most

    from shares

    where
        session_count >= {{ least_sessions }}
        and others_session_count > 0

),

differences as (

    select
        *,
        page_share - others_share - sqrt(
            (page_share - page_least) * (page_share - page_least)
            + (others_most - others_share) * (others_most - others_share)
        ) as least_difference,
        page_share - others_share + sqrt(
            (page_most - page_share) * (page_most - page_share)
            + (others_share - others_least) * (others_share - others_least)
        ) as most_difference

    from shares_bounded

),

findings as (

    select
        *,
        (page_share - others_share) * session_count as sessions_off,
        case when least_difference > 0 then least_difference else -most_difference end
            as at_least,
        case when least_difference > 0 then most_difference else -least_difference end
            as at_most

    from differences

    where
        (what = 'ended there' and least_difference > 0)
        or (what = 'ordered after it' and most_difference < 0)

)

select
    site_id,
    page_group,
    page_path,
    {{ as_words('session_count', 0) }} || ' sessions saw ' || page_path || ', and '
    || {{ as_words('100 * page_share', 1) }} || ' % of them ' || what
    || '. On the other pages of ' || page_group || ' it is '
    || {{ as_words('100 * others_share', 1) }} || ' %. Luck aside, that is '
    || {{ as_words('100 * at_least', 1) }} || ' to '
    || {{ as_words('100 * at_most', 1) }} || ' percentage points '
    || case when least_difference > 0 then 'more' else 'fewer' end
    || ': of these sessions, about ' || {{ as_words('abs(sessions_off)', 0) }}
    || case
        when least_difference > 0 then ' more left than elsewhere.'
        else ' fewer ordered than elsewhere.'
    end as finding,
    cast(session_count as {{ dbt.type_bigint() }}) as session_count,
    cast(others_session_count as {{ dbt.type_bigint() }}) as others_session_count,
    page_share,
    others_share,
    least_difference,
    most_difference

from findings
order by abs(sessions_off) desc, page_path asc, what asc

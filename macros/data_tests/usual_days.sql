{#- What data tests have in common that compare a site's newest full day with days before. -#}


{#- Whether a day is one of the last weeks, as far as the newest session.

    day: a calendar day. -#}
{% macro is_near_the_newest_day(day) -%}
    {{ day }} >= (
        select {{ sessions.date_add(-60, 'max(newest.session_date)') }}
        from {{ ref('agg_sessions_daily') }} as newest
    )
{%- endmacro %}


{#- A query for the newest full day of each site. A day is over when rows were loaded after
    it, at the site, by every source that is at most two days behind the others, and when
    the newest event of all sites is of its last four hours or later: what ends in the middle
    of a day is no full day. A site without rows on the newest such day of all sites is
    judged by it as well: it has stopped.

    days: a relation with site_id and session_date. -#}
{% macro newest_full_days(days) -%}
{%- set watermarks = sessions.watermarks_of('int_events_enriched') -%}
select
    days.site_id,
    max(newest.newest_date) as newest_date
from {{ days }} as days
left join {{ ref('stg_seeds__sites') }} as sites
    on days.site_id = sites.site_id
cross join (
    select min(newest_at) as newest_at
    from (
        select newest_loaded_at as newest_at
        from ({{ watermarks }}) as sources
        where newest_loaded_at >= (
            select {{ sessions.timestamp_add('day', -2, 'max(newest_loaded_at)') }}
            from ({{ watermarks }}) as newest_sources
        )
        union all
        select {{ sessions.timestamp_add('minute', 240, 'max(session_ended_at)') }}
        from {{ ref('fct_sessions') }}
        where {{ sessions.is_near_the_newest_day('session_date') }}
    ) as times
) as arrivals
inner join (select distinct session_date as newest_date from {{ days }}) as newest
    on newest.newest_date < cast(
        {{ sessions.convert_timezone(
            'arrivals.newest_at', sessions.site_time_zone('sites')
        ) }} as date
    )
group by days.site_id
{%- endmacro %}


{#- Whether a number differs from an expected one by more than chance makes likely: by more
    than 3.5 standard deviations of a number of independent events.

    number, expected: SQL expressions. -#}
{% macro is_no_chance(number, expected) -%}
    ({{ number }} - {{ expected }}) * ({{ number }} - {{ expected }}) > 12.25 * ({{ expected }})
{%- endmacro %}

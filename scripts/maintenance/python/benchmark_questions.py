"""Twelve questions that BI tools ask: of the marts, and of the raw events.

Who has the raw events alone makes sessions of them in each query, as the textbook does:
benchmark_textbook.sql without its tables. Both answers are rows of keys and a number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

Answer: TypeAlias = Sequence[tuple[Any, ...]]

# As many are no difference, where answers may differ at all: of few events a percent is
# less than one.
FEW = 10

TEXTBOOK = Path(__file__).with_name("benchmark_textbook.sql")


@dataclass(frozen=True)
class Question:
    """A question in two languages.

    title: what it is called in the report.
    marts, raw: the queries. The raw one may read textbook_events and textbook_sessions.
    tolerance: the difference of the numbers, summed over the keys, as a share of their
        sum; above that the answers do not agree.
    by_key: whether the keys mean the same in both, or the numbers are added up first.
    """

    title: str
    marts: str
    raw: str
    tolerance: float
    by_key: bool = True


DEVICE = """
    case
        when user_agent is null then 'unknown'
        when regexp_matches(user_agent, 'iPad|Tablet|SM-[XT]') then 'tablet'
        when regexp_matches(user_agent, 'Mobi|iPhone|Android') then 'mobile'
        else 'desktop'
    end
"""
CHANNEL = """
    case
        when source is null then 'Direct'
        when medium like 'paid%' then 'Paid Social'
        when medium = 'cpc' then 'Paid Search'
        when medium = 'email' then 'Email'
        when medium = 'affiliate' then 'Affiliates'
        when regexp_matches(source, 'google|bing|duckduckgo') then 'Organic Search'
        when regexp_matches(source, 'instagram|facebook|tiktok') then 'Organic Social'
        when regexp_matches(source, 'chatgpt') then 'AI Assistant'
        else 'Referral'
    end
"""
# A thank-you page that is loaded again tells of its order again.
ORDERS = """
    orders as (
        select
            site_id,
            order_id,
            arg_min(visitor_id, event_at) as visitor_id,
            arg_min(session_number, event_at) as session_number,
            arg_min(revenue, event_at) filter (currency = 'USD') as revenue
        from textbook_events where event_name = 'purchase' and order_id is not null
        group by site_id, order_id
    )
"""
OF_SESSION = "using (site_id, visitor_id, session_number)"
IS_ENGAGED = """
    (
        session_ended_at > session_started_at + interval 10 seconds
        or page_view_count >= 2
        or purchase_count >= 1
    )
"""

QUESTIONS = [
    Question(
        "sessions per day",
        """
        select session_date, sum(session_count) from agg_sessions_daily
        group by session_date
        """,
        "select session_date, count(*) from textbook_sessions group by session_date",
        0.01,
    ),
    Question(
        "revenue per channel",
        "select channel, sum(revenue) from agg_sessions_daily group by channel",
        f"""
        with {ORDERS}
        select {CHANNEL}, sum(orders.revenue)
        from orders inner join textbook_sessions {OF_SESSION} group by all
        """,
        0.01,
        by_key=False,  # channels by hand are fewer, and click ids are not looked at
    ),
    Question(
        "converted sessions per device",
        """
        select device_category, sum(converted_session_count) from agg_sessions_daily
        group by device_category
        """,
        f"""
        with {ORDERS}
        select {DEVICE}, count(*)
        from textbook_sessions semi join orders {OF_SESSION} group by all
        """,
        0.02,
    ),
    Question(
        "landing pages",
        """
        select landing_page_path, sum(session_count) from agg_landing_pages_daily
        where landing_page_path is not null group by landing_page_path
        """,
        """
        select
            '/' || regexp_extract(landing_page_url, '^https?://[^/]+/([^?#]*)', 1),
            count(*)
        from textbook_sessions where landing_page_url is not null group by all
        """,
        0.02,
    ),
    Question(
        "new visitors per day",
        """
        select session_date, sum(first_session_count) from agg_sessions_daily
        group by session_date
        """,
        """
        select session_date, count(*) filter (session_number = 1)
        from textbook_sessions group by session_date
        """,
        0.01,
    ),
    Question(
        "funnel",
        """
        select funnel_step, sum(reached_count) from agg_funnel_daily
        group by funnel_step
        """,
        """
        with furthest as (
            select
                max(
                    case event_name
                        when 'purchase' then 5
                        when 'begin_checkout' then 4
                        when 'add_to_cart' then 3
                        when 'product_view' then 2
                        else 1
                    end
                ) as step_number
            from textbook_events group by site_id, visitor_id, session_number
        ), steps as (
            from (
                values ('landing', 1), ('product', 2), ('cart', 3), ('checkout', 4),
                ('purchase', 5)
            ) as steps (funnel_step, step_number)
        )
        select steps.funnel_step, count(*)
        from furthest inner join steps on furthest.step_number >= steps.step_number
        group by steps.funnel_step
        """,
        0.01,
    ),
    Question(
        "traffic sources",
        """
        select traffic_source, sum(session_count) from agg_sessions_daily
        group by traffic_source
        """,
        """
        select coalesce(source, '(direct)'), count(*) from textbook_sessions
        group by all
        """,
        0.01,
        by_key=False,  # by hand www.google.com and google are two
    ),
    Question(
        "orders per day",
        "select order_date, count(*) from fct_orders where has_purchase group by all",
        """
        with orders as (
            select
                site_id,
                order_id,
                cast(
                    min(event_at) at time zone 'UTC' at time zone 'America/New_York'
                    as date
                ) as order_date
            from raw_events where event_name = 'purchase' and order_id is not null
            group by site_id, order_id
        )
        select order_date, count(*) from orders group by order_date
        """,
        0.001,  # by hand a repeated delivery may date an order
    ),
    Question(
        "exit pages",
        """
        select exit_page_path, count(*) from fct_sessions
        where exit_page_path is not null group by exit_page_path
        """,
        """
        select coalesce(nullif(exit_page_path, ''), '/'), count(*)
        from textbook_sessions where exit_page_path is not null group by all
        """,
        0.02,
    ),
    Question(
        "length of sessions per day",
        """
        select session_date, sum(duration_seconds) / sum(session_count)
        from agg_sessions_daily group by session_date
        """,
        """
        select session_date, avg(epoch(session_ended_at) - epoch(session_started_at))
        from textbook_sessions group by session_date
        """,
        0.02,
    ),
    Question(
        "visitors who return, by week",
        """
        select cohort_week, weeks_since, sum(visitor_count)
        from agg_visitor_cohorts group by cohort_week, weeks_since
        """,
        """
        with firsts as (
            select
                *,
                date_trunc('week', session_date) as week,
                date_trunc(
                    'week', min(session_date) over (partition by site_id, visitor_id)
                ) as cohort_week
            from textbook_sessions
        )
        select
            cohort_week,
            date_diff('day', cohort_week, week) // 7,
            count(distinct (site_id, visitor_id))
        from firsts group by all
        """,
        0.01,
    ),
    Question(
        "quality of traffic per day and device",
        """
        select session_date, device_category, sum(engaged_session_count)
        from agg_traffic_quality_daily group by session_date, device_category
        """,
        f"""
        select session_date, {DEVICE}, count(*) filter ({IS_ENGAGED})
        from textbook_sessions group by all
        """,
        0.02,
    ),
]


def textbook_queries() -> dict[str, str]:
    """Return the queries of benchmark_textbook.sql by the tables that they make."""
    statements = re.split(r"^create table (\w+) as\n", TEXTBOOK.read_text(), flags=re.M)
    return {
        name: query.strip().rstrip(";")
        for name, query in zip(statements[1::2], statements[2::2], strict=True)
    }


def raw_query(question: Question) -> str:
    """Return what is asked of the raw events, sessions included where it reads them."""
    steps = {"raw_events": "select * from sessions.raw.events"}
    steps |= textbook_queries()
    named = ", ".join(f"{name} as ({query})" for name, query in steps.items())
    return f"with {named} select * from ({question.raw})"


def difference(question: Question, marts: Answer, raw: Answer) -> float:
    """Return how far two answers are apart, as a share of what the marts say."""
    ours, theirs = (summed(answer, question.by_key) for answer in (marts, raw))
    apart = sum(abs(ours.get(k, 0.0) - theirs.get(k, 0.0)) for k in {*ours, *theirs})
    whole = sum(map(abs, ours.values()))
    if apart <= FEW and question.tolerance:
        return 0.0
    return apart / whole if whole else float(bool(apart))


def summed(answer: Answer, by_key: bool) -> dict[tuple[str, ...], float]:
    sums: dict[tuple[str, ...], float] = {}
    for *keys, number in answer:
        key = tuple(str(k).removesuffix(" 00:00:00") for k in keys) if by_key else ()
        sums[key] = sums.get(key, 0.0) + float(Decimal(number or 0))
    return sums

"""The verdicts of agg_traffic_quality_daily on days that are drawn by chance: without
any change few say what visits are worth, and a sale is found."""

import math
import subprocess
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from building import ROOT, WITHOUT_LAWS
from chance import REPRODUCE, SEED

pytestmark = pytest.mark.random

WORTH = ["scaling with quality", "more visits, less worth"]
DAYS, CHANNELS = 63, 8
FIRST_DAY = date(2026, 1, 5)

# By how much the level of a day differs, as a share, and orders from their mean.
DAY_SPREADS, ORDER_SPREADS = [0.0, 0.012, 0.15], [0.6, 1.2]
SESSIONS_OF_CHANNELS = [20, 300, 3_000, 20_000]
CONVERSION_RATES = [0.005, 0.03]

# A sale on two days: twice the sessions, which buy as often for a third less.
SALE_DAYS = [44, 45]
SALE_SITE = "sale"


def drawn_traffic():
    """Rows of int_traffic_daily: sites by their traffic, without any change, and one
    with a sale."""
    chance = np.random.default_rng(SEED)
    rows = []
    for sessions in SESSIONS_OF_CHANNELS:
        for day_spread in DAY_SPREADS:
            for order_spread in ORDER_SPREADS:
                site = f"{sessions} sessions, {day_spread}, {order_spread}"
                for channel in range(CHANNELS):
                    rate = CONVERSION_RATES[channel % len(CONVERSION_RATES)]
                    levels = sessions * np.exp(chance.normal(0, day_spread, DAYS))
                    rows += traffic(chance, site, channel, levels, rate, order_spread)
    levels = np.full(DAYS, 600.0)
    levels[SALE_DAYS] *= 2
    for channel in range(CHANNELS):
        rows += traffic(chance, SALE_SITE, channel, levels, 0.05, 0.6, sale=0.35)
    return rows


def traffic(chance, site, channel, levels, rate, order_spread, sale=0.0):
    """The days of a channel: sessions by Poisson, orders of them by a coin, worth what
    a lognormal distribution says."""
    sigma = math.sqrt(math.log1p(order_spread**2))
    for number, sessions in enumerate(chance.poisson(levels)):
        orders = int(chance.binomial(sessions, rate))
        values = np.exp(chance.normal(4.5 - sigma**2 / 2, sigma, orders))
        cents = np.round(values * 100).astype(int)
        if sale and number in SALE_DAYS:
            cents = np.round(cents * (1 - sale)).astype(int)
        yield {
            "site_id": site,
            "session_date": FIRST_DAY + timedelta(days=number),
            "is_newest_day": number == DAYS - 1,
            "channel": f"channel {channel}",
            "device_category": "mobile",
            "session_count": int(sessions),
            "visitor_count": int(sessions),
            "engaged_session_count": int(chance.binomial(sessions, 0.5)),
            **dict.fromkeys(
                ["converted_session_count", "order_count", "valued_order_count"], orders
            ),
            "cents": int(cents.sum()),
            "squared_cents": int((cents * cents).sum()),
        }


@pytest.fixture(scope="module")
def judged(project):
    """Days of channels that have a verdict on how much came."""
    project.load([])
    project.build(*WITHOUT_LAWS)
    replace_traffic(project, drawn_traffic())
    project.build(*WITHOUT_LAWS, "--select", "agg_traffic_quality_daily")
    return project.query(
        "from agg_traffic_quality_daily "
        "where verdict not in ('no baseline', 'day not over')"
    )


def replace_traffic(project, rows):
    """Put a table in the place of the view int_traffic_daily."""
    with duckdb.connect(project.database) as connection:
        connection.register("drawn", pa.Table.from_pylist(rows))
        connection.execute("drop view int_traffic_daily")
        connection.execute(
            """
            create table int_traffic_daily as
            select
                * exclude (cents, squared_cents),
                cast(cents / 100 as decimal(28, 2)) as revenue,
                cast(squared_cents / 10000 as decimal(38, 4)) as squared_revenue
            from drawn
            """
        )


def test_few_days_without_a_change_have_a_verdict_on_their_worth(judged):
    days_of = {}
    for row in judged:
        if row["site_id"] != SALE_SITE:
            days_of.setdefault(row["site_id"], []).append(row["verdict"] in WORTH)

    assert len(days_of) == 24
    shares = {site: sum(days) / len(days) for site, days in days_of.items()}
    assert max(shares.values()) <= 0.05, f"{shares}; {REPRODUCE}"
    assert any(row["verdict"] == "more visits, worth unclear" for row in judged)


def test_a_sale_is_found_on_both_of_its_days(judged):
    for number in SALE_DAYS:
        day = FIRST_DAY + timedelta(days=number)
        verdicts = [
            row["verdict"]
            for row in judged
            if (row["site_id"], row["session_date"]) == (SALE_SITE, day)
        ]

        assert len(verdicts) == CHANNELS
        assert "more visits, less worth" in verdicts, REPRODUCE
        assert "scaling with quality" not in verdicts, REPRODUCE


def test_a_verdict_agrees_with_the_numbers_beside_it(judged):
    for row in judged:
        worth, usual = row["revenue_per_visitor"], row["baseline_revenue_per_visitor"]
        if row["verdict"] in WORTH:
            assert row["session_count"] > row["baseline_session_count"]
        if row["verdict"] == "scaling with quality":
            assert row["order_count"] > 0
            assert worth >= 0.8 * usual
        if row["verdict"] == "more visits, less worth":
            assert worth < 0.8 * usual
            highs = ["conversion_rate_change_high", "average_order_value_change_high"]
            assert any((row[name] or 0) < 0 for name in highs)


@pytest.mark.slow
@pytest.mark.long
def test_the_flash_sale_of_the_sample_is_found_on_both_days(fresh_project, tmp_path):
    events = tmp_path / "events.parquet"
    generate = ROOT / "scripts" / "maintenance" / "generate_events"
    subprocess.run([generate, "--output", events], check=True)
    fresh_project.execute(
        f"create schema raw; create table raw.events as from '{events}'"
    )
    fresh_project.build(*WITHOUT_LAWS)

    days = fresh_project.query(
        """
        select
            session_date,
            count(*) as channels,
            count(case when verdict = 'more visits, less worth' then 1 end) as less,
            count(case when verdict = 'scaling with quality' then 1 end) as scaling
        from agg_traffic_quality_daily
        where verdict not in ('no baseline', 'day not over')
        group by session_date
        """
    )
    sale = [date(2026, 3, 18), date(2026, 3, 19)]
    on_sale = [day for day in days if day["session_date"] in sale]
    others = [day for day in days if day["session_date"] not in sale]

    assert all(day["less"] > day["scaling"] for day in on_sale), on_sale
    judged = sum(day["less"] + day["scaling"] for day in others)
    assert judged <= 0.05 * sum(day["channels"] for day in others), others

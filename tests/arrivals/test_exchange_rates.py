"""A new, changed or missing row of the seed exchange_rates takes effect by itself, on
the orders concerned and whatever tells of them, and on nothing else."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from building import WITHOUT_LAWS, messages
from chance import slow_but
from full_refresh import assert_refreshed, written_rows

# Tables in which no row tells of money in the reporting currency.
WITHOUT_MONEY = [
    "agg_funnel_daily",
    "fct_event_exclusions",
    "fct_events",
    "int_events_enriched",
    "int_events_sessionized",
    "int_order_events",
    "int_sessions_enriched",
]

RATES = [("EUR", "2026-03-01", "1.1"), ("EUR", "2026-03-10", "1.2")]

# What is written into the seed, and what orders are worth then. Of the first, bought
# on 5 March for 100 EUR, 10 EUR are given back; the second costs 100 EUR on 15 March.
CHANGES = {
    "a row of a later day": (
        [*RATES, ("EUR", "2026-03-12", "1.3")],
        {"first": ("110.00", "11.00"), "second": ("130.00", "0.00")},
    ),
    "a row that holds for both until the other begins": (
        [("EUR", "2026-03-01", "1.5"), RATES[1]],
        {"first": ("150.00", "15.00"), "second": ("120.00", "0.00")},
    ),
    "none at all": ([], {"first": (None, None), "second": (None, "0.00")}),
    "as before": (
        RATES,
        {"first": ("110.00", "11.00"), "second": ("120.00", "0.00")},
    ),
}


def event(event_id, event_name, day, order_id, revenue, currency):
    instant = datetime(2026, 3, day, 12)
    return {
        "event_id": event_id,
        "visitor_id": f"visitor {order_id}",
        "event_name": event_name,
        "event_at": instant,
        "loaded_at": instant + timedelta(days=30),
        "order_id": order_id,
        "revenue": Decimal(revenue),
        "currency": currency,
    }


EVENTS = [
    event("a", "purchase", 5, "first", 100, "EUR"),
    event("b", "refund", 25, "first", 10, "eur"),
    event("c", "purchase", 15, "second", 100, "EUR"),
    event("d", "purchase", 5, "third", 100, "USD"),
]


def item_of(event):
    """The one item of an event, which is worth what the event says."""
    return {
        "event_id": event["event_id"],
        "item_number": 1,
        "price": event["revenue"],
        "loaded_at": event["loaded_at"],
    }


@pytest.fixture(scope="module")
def shop(project):
    """A built shop; the tests change its rates one after the other."""
    project.write_seed("exchange_rates", RATES)
    project.load(EVENTS)
    project.append_items([item_of(event) for event in EVENTS])
    project.build(*WITHOUT_LAWS)
    return project


@pytest.mark.parametrize("rates, worth", slow_but(["a row of a later day"], CHANGES))
def test_rates_take_effect_with_the_next_build(shop, rates, worth):
    before = written_rows(shop)
    shop.write_seed("exchange_rates", rates)
    shop.build(*WITHOUT_LAWS)

    assert orders(shop) == {
        "third": (Decimal("100.00"), Decimal("0.00")),
        **{name: tuple(map(amount, pair)) for name, pair in worth.items()},
    }
    after = written_rows(shop)
    assert {table: after[table] for table in WITHOUT_MONEY} == {
        table: before[table] for table in WITHOUT_MONEY
    }
    assert_refreshed(shop)


def test_rates_that_stay_write_nothing(shop):
    before = written_rows(shop)
    shop.build(*WITHOUT_LAWS)

    assert written_rows(shop) == before


def test_a_missing_rate_warns_and_names_currency_and_day(shop):
    shop.write_seed("exchange_rates", [])
    outcome = shop.dbt("build", "--exclude", "test_type:unit", "test_type:generic")

    assert outcome.success, messages(outcome)
    warned = {r.node.name for r in outcome.result if r.status == "warn"}
    assert warned == {"every_order_has_a_rate"}


@pytest.mark.parametrize(
    "rates",
    [
        [("EUR", "2026-03-01", "1.1"), ("eur", "2026-03-01", "1.2")],
        [("EUR", "2026-03-01", "0")],
        [("EUR", "2026-03-01", "-1.1")],
    ],
    ids=["two of one day", "none", "below none"],
)
def test_a_row_that_is_no_rate_is_found(shop, rates):
    shop.write_seed("exchange_rates", rates)
    outcome = shop.dbt("build", "--select", "exchange_rates")

    failed = {r.node.name for r in outcome.result if r.status == "fail"}
    assert failed == {"every_exchange_rate_is_one"}


def orders(project):
    rows = project.query("select order_id, revenue, refunded_revenue from fct_orders")
    return {row["order_id"]: (row["revenue"], row["refunded_revenue"]) for row in rows}


def amount(text):
    return None if text is None else Decimal(text)

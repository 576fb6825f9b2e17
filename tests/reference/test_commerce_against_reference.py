"""dbt and the reference agree on orders, and on all that is said of them of sessions,
visitors and days, on thousands of random events.

SESSIONS_TEST_SEED says which events, as in test_against_reference.py.
"""

import json
import random
from collections import defaultdict

import pytest
from building import WITHOUT_LAWS
from chance import MANY, REPRODUCE, SEED, slow_but
from random_aliases import random_aliases
from random_books import random_books
from random_events import SEEDS
from random_goals import random_goals
from random_items import random_items
from random_spend import random_spend
from reference import as_text, sessionize, surrogate_key
from reference_books import reconciliation_daily
from reference_commerce import (
    landing_pages_daily,
    sessions_daily,
    traffic_quality_daily,
    visitor_cohorts,
    visitor_cohorts_monthly,
    visitors,
)
from reference_goals import funnel_daily, goals_daily
from reference_marketing import marketing_daily, touchpoints
from reference_pages import pages_daily
from reference_persons import persons
from reference_products import products_daily
from test_against_reference import (
    OVERRIDES,
    built_sessions,
    differences,
    other_variables,
    random_events_of,
    settings,
)

# About one in five is a purchase or a refund.
EVENT_COUNT = 6_000 * MANY

# Overrides of the standard rules, and other variables. Where only page views open and
# extend, purchases and not only refunds may have no session.
RULE_SETS = {
    "standard": ({}, {}),
    "gap only, in euros": (
        OVERRIDES["gap only"],
        {
            "reporting_currency": "EUR",
            "goals": random_goals(random.Random(SEED)),
            "attach_booked_orders": True,
            "attribution_lookback_days": 30,
            "touchpoints_include_direct": True,
            "touchpoint_half_life_days": 2,
            "marketing_model": "time_decay",
        },
    ),
    "page views alone open and extend, a funnel of one's own, no server": (
        {"starting_events": ["page_view"], "extending_events": ["page_view"]},
        {
            "funnel_steps": {
                "product": ["page_view", "click"],
                "cart": ["Étage'd"],
                "checkout": ["begin_checkout", "logout"],
                "purchase": ["purchase"],
            },
            "server_side_events": ["refund"],
        },
    ),
    "mixed roles": (OVERRIDES["mixed roles"], other_variables(1)),
}

# The others have no raw.user_aliases.
WITH_ALIASES = ["gap only, in euros", "mixed roles"]

# And the others no raw.event_items.
WITH_ITEMS = ["gap only, in euros", "standard"]
# And these no raw.orders.
WITH_BOOKS = ["standard", "gap only, in euros"]

# And these no raw.ad_spend.
WITH_SPEND = ["standard", "mixed roles"]

# The grain of each mart that is grouped or has visitors, and what it should say.
MARTS = {
    "dim_visitors": (["site_id", "visitor_id"], visitors),
    "dim_persons": (["site_id", "person_id"], persons),
    "agg_sessions_daily": (
        ["site_id", "session_date", "channel"]
        + ["traffic_source", "traffic_medium", "traffic_campaign"]
        + ["device_category", "country"],
        sessions_daily,
    ),
    "agg_landing_pages_daily": (
        ["site_id", "session_date", "landing_page_path"],
        landing_pages_daily,
    ),
    "agg_visitor_cohorts": (
        ["site_id", "cohort_week", "weeks_since", "first_channel"],
        visitor_cohorts,
    ),
    "agg_visitor_cohorts_monthly": (
        ["site_id", "cohort_month", "months_since", "first_channel"],
        visitor_cohorts_monthly,
    ),
}

# The same of those that look at settings, or at more than sessions.
MARTS_OF_CONDITIONS = {
    "agg_traffic_quality_daily": (
        ["site_id", "session_date", "channel", "device_category"],
        traffic_quality_daily,
    ),
    "agg_funnel_daily": (
        ["site_id", "session_date", "channel", "device_category", "funnel_step"],
        funnel_daily,
    ),
    "agg_goals_daily": (
        [*MARTS["agg_sessions_daily"][0], "goal_name"],
        goals_daily,
    ),
}

# What no reference says.
NOT_COMPARED = {"order_key", "visitor_key", "person_key", "event_key", "verdict"}


@pytest.fixture(scope="module")
def project(project):
    project.write_seeds(SEEDS)
    return project


@pytest.mark.parametrize(
    "name", slow_but(["standard", "gap only, in euros"], list(RULE_SETS))
)
def test_dbt_agrees_with_the_reference_on_money(project, name):
    overrides, variables = RULE_SETS[name]
    print(f"session_rule_overrides: {json.dumps(overrides)}; {REPRODUCE}")
    events = random_events_of(overrides, EVENT_COUNT)
    aliases = random_aliases(SEED, events) if name in WITH_ALIASES else []
    items = random_items(SEED, events) if name in WITH_ITEMS else []
    project.load(events)
    project.execute("drop table if exists raw.user_aliases")
    project.execute("drop table if exists raw.event_items")
    if aliases:
        project.append_aliases(aliases)
    if items:
        project.append_items(items)
    books = random_books(SEED, events) if name in WITH_BOOKS else []
    project.execute("drop table if exists raw.orders")
    if books:
        project.append_orders(books)
    spend = random_spend(SEED, events) if name in WITH_SPEND else []
    project.execute("drop table if exists raw.ad_spend")
    if spend:
        project.append_spend(spend)
    project.rebuild(
        *WITHOUT_LAWS, variables={"session_rule_overrides": overrides} | variables
    )
    in_force = settings(project, overrides, **variables)
    outcome = sessionize(events, in_force, aliases, items, books)

    built, expected = built_orders(project), outcome.orders.values()
    assert not differences(told_apart(built), told_apart(expected))
    assert not differences(built_sessions(project), outcome.sessions)
    for mart, (grain, expected) in {
        "fct_event_items": (
            ["site_id", "event_id", "item_number"],
            outcome.event_items,
        ),
        "fct_order_items": (["order_key", "product_id"], outcome.order_items),
    }.items():
        assert expected
        assert not differences(built_rows(project, mart, grain), expected), mart
    expected_rows = {
        mart: (grain, said_of(outcome.sessions))
        for mart, (grain, said_of) in MARTS.items()
    } | {
        mart: (grain, said_of(outcome, in_force))
        for mart, (grain, said_of) in MARTS_OF_CONDITIONS.items()
    }
    expected_rows["agg_order_reconciliation_daily"] = (
        ["site_id", "order_date"],
        reconciliation_daily(outcome.orders.values()),
    )
    expected_rows["agg_pages_daily"] = (
        ["site_id", "session_date", "page_path", "page_group"],
        pages_daily(outcome),
    )
    expected_rows["agg_products_daily"] = (
        ["site_id", "event_date", "product_id"],
        products_daily(outcome),
    )
    led = touchpoints(outcome, in_force, surrogate_key)
    grain = ["order_key", "session_id"]
    assert led
    assert not differences(built_rows(project, "fct_touchpoints", grain), led)
    expected_rows["agg_marketing_daily"] = (
        ["site_id", "activity_date", "channel"]
        + ["traffic_source", "traffic_medium", "traffic_campaign"],
        marketing_daily(outcome, led, spend, in_force),
    )
    for mart, (grain, expected) in expected_rows.items():
        assert not differences(
            built_mart(project, mart, grain), roughly(grain, expected)
        ), mart


def test_orders_and_visitors_have_keys_of_their_own(project):
    for mart, key in {
        "fct_orders": "order_key",
        "dim_visitors": "visitor_key",
        "dim_persons": "person_key",
    }.items():
        keys = [row[key] for row in project.query(f"select {key} from {mart}")]

        assert len(set(keys) - {None}) == len(keys) > 0


def built_orders(project):
    return [compared(row) for row in project.query("from fct_orders")]


def told_apart(orders):
    """Orders by what they say. Of those without an id, two of a visitor may be of one
    instant; which of these is which does not matter."""
    alike = defaultdict(list)
    for order in orders:
        key = (order["site_id"], order["order_id"])
        if order["order_id"] is None:
            key += (order["visitor_id"], order["ordered_at"])
        alike[key].append(order)
    return {
        (*key, number): order
        for key, group in alike.items()
        for number, order in enumerate(sorted(group, key=money_as_text))
    }


def money_as_text(order):
    columns = (
        "has_purchase",
        "currency",
        "order_value",
        "refunded_revenue",
        "session_id",
        *("tax", "shipping", "discount", "coupon"),
        *("refunded_tax", "refunded_shipping"),
    )
    return [as_text(order[column]) for column in columns]


def built_mart(project, mart, grain):
    """The rows of a mart by its grain, of which no two rows are."""
    rows = project.query(f"from {mart}")
    by_grain = {tuple(row[column] for column in grain): compared(row) for row in rows}
    assert len(by_grain) == len(rows), f"{mart} has two rows of one {grain}"
    return by_grain


def built_rows(project, mart, grain):
    """The same without the columns of the grain."""
    return {
        key: {name: value for name, value in row.items() if name not in grain}
        for key, row in built_mart(project, mart, grain).items()
    }


def compared(row):
    return {name: value for name, value in row.items() if name not in NOT_COMPARED}


def roughly(grain, rows):
    """Rows with their grain as columns; what is no whole number or amount is compared
    to nine digits."""
    return {
        key: {
            name: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            for name, value in (dict(zip(grain, key, strict=True)) | row).items()
        }
        for key, row in rows.items()
    }

"""A person's way to two orders on three devices, divided by hand under each model, and
what it cost; fct_touchpoints and agg_marketing_daily.

touchpoints.csv has an event a line with the number of its session: ana clicks an ad on
the phone, a newsletter on the laptop, comes back without a source, clicks another ad on
the tablet and buys, and buys again a week later without a source.
"""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from building import LAWS_ALONE
from full_refresh import assert_refreshed

with open(Path(__file__).parent / "touchpoints.csv", newline="") as file:
    EVENTS = list(csv.DictReader(file))

MODELS = ["first", "last", "last_non_direct", "linear", "position", "time_decay"]

# Of each order what its sessions earn, in euros, model by model. By time decay the
# session of an order is worth 1, one 95 hours before it 2^(-95 / 168), one 168 hours
# before it half: of 100.01 that is 45.966, 31.061 and 22.983; the last cent belongs to
# the largest rest.
PARTS = {
    ("first", 1): ["100.01", "0.00", "0.00", "33.34", "40.01", "22.98"],
    ("first", 2): ["0.00", "0.00", "0.00", "33.34", "20.00", "31.06"],
    ("first", 4): ["0.00", "100.01", "100.01", "33.33", "40.00", "45.97"],
    # sessions without a source earn nothing, unless the last one earns all
    ("second", 1): ["10.00", "0.00", "0.00", "3.34", "4.00", "2.30"],
    ("second", 2): ["0.00", "0.00", "0.00", "3.33", "2.00", "3.10"],
    ("second", 4): ["0.00", "0.00", "10.00", "3.33", "4.00", "4.60"],
    ("second", 5): ["0.00", "10.00", "0.00", "0.00", "0.00", "0.00"],
}

# With the direct ones: the second order has five touchpoints, of which four are divided
# alike, and of those between the first and the last each has a fifteenth.
PARTS_WITH_DIRECT = {
    1: ["10.00", "0.00", "0.00", "2.00", "4.00"],
    2: ["0.00", "0.00", "0.00", "2.00", "0.67"],
    3: ["0.00", "0.00", "0.00", "2.00", "0.67"],
    4: ["0.00", "0.00", "10.00", "2.00", "0.66"],
    5: ["0.00", "10.00", "0.00", "2.00", "4.00"],
}

SPEND = {"site_id": "shop", "source": "google", "medium": "cpc", "currency": "EUR"}


@pytest.fixture(scope="module")
def shop(project):
    project.write_sites([("shop", "shop.example.com", "Europe/Berlin", "EUR")])
    project.write_seed(
        "exchange_rates", [("EUR", "2026-03-09", "9"), ("EUR", "2026-01-01", "1.5")]
    )
    project.load([event(line, number) for number, line in enumerate(EVENTS)])
    project.append_spend(
        [
            spend(cost=70, hour=1),
            # a correction, and an older state that comes after it
            spend(cost=40, hour=3, clicks=20),
            spend(cost=90, hour=2),
            # no channel: that of the visits; dollars; a campaign without visits
            spend(source="Facebook", campaign="SPRING", cost=30, currency="USD"),
            spend(campaign="summer", cost=5),
            # nothing of it counts, but the others do
            spend(campaign="autumn", cost=6, spend_date=None),
            spend(campaign="winter", cost=None, clicks=7),
            spend(campaign="yen", cost=8, currency="JPY"),
        ]
    )
    project.build(*LAWS_ALONE)
    return project


def spend(hour=0, **others):
    row = SPEND | {"spend_date": date(2026, 3, 8), "campaign": "spring"}
    return row | {"loaded_at": datetime(2026, 3, 20, hour)} | others


def event(line, number):
    instant = datetime.fromisoformat(line["event_at"])
    return {
        "event_id": str(number),
        "site_id": "shop",
        "visitor_id": line["visitor_id"],
        "user_id": line["user_id"] or None,
        "event_name": "purchase" if line["order_id"] else "page_view",
        "event_at": instant,
        "loaded_at": datetime(2026, 3, 20),
        "traffic_source": line["source"] or None,
        "traffic_medium": line["medium"] or None,
        "traffic_campaign": line["campaign"] or None,
        "order_id": line["order_id"] or None,
        "revenue": Decimal(line["revenue"]) if line["revenue"] else None,
        "currency": "USD" if line["revenue"] else None,
    }


def test_sessions_on_three_devices_share_two_orders(shop):
    rows = touchpoints(shop)

    assert {key: row["parts"] for key, row in rows.items()} == PARTS
    assert [
        (row["touchpoint_number"], row["days_before_order"], row["is_first_order"])
        for row in rows.values()
    ] == [
        *[(1, 7, True), (2, 3, True), (3, 0, True)],
        *[(1, 14, False), (2, 10, False), (3, 7, False), (4, 0, False)],
    ]


def test_spend_is_corrected_and_meets_the_orders_of_its_day(shop):
    rows = {
        (row["channel"], row["traffic_campaign"]): row
        for row in shop.query(
            "from agg_marketing_daily where activity_date = '2026-03-08'"
        )
    }

    search, social = rows["Paid Search", "spring"], rows["Paid Social", "spring"]
    assert (search["cost"], search["clicks"]) == (Decimal(60), 20)
    assert search["first_revenue"] == Decimal("100.01")
    assert search["return_on_ad_spend"] == 0
    assert (search["session_count"], search["cost_per_order"]) == (0, None)
    assert (social["session_count"], social["new_visitor_count"]) == (1, 1)
    assert (social["cost"], social["cost_per_session"]) == (Decimal(30), 30)
    assert social["cost_per_new_customer"] == social["cost_per_order"] == 30
    assert social["return_on_ad_spend"] == pytest.approx(100.01 / 30)
    # the channel of visits of this source and medium
    assert rows["Paid Search", "summer"]["cost"] == Decimal("7.50")
    assert rows["Paid Search", "winter"]["clicks"] == 7
    assert rows["Paid Search", "winter"]["cost"] is None
    assert rows["Paid Search", "yen"]["cost"] is None
    assert ("Paid Search", "autumn") not in rows


def test_warnings_name_what_does_not_count_and_what_does_not_meet(shop):
    assert {
        (row["traffic_campaign"], row["what_is_wrong"])
        for row in offenders(shop, "every_row_of_spend_counts")
    } == {
        ("autumn", "no day"),
        ("winter", "no cost"),
        ("yen", "no exchange rate"),
    }
    assert {
        (row["traffic_campaign"], row["what_is_wrong"])
        for row in offenders(shop, "spend_and_visits_meet")
    } == {
        ("summer", "spend without visits"),
    }


def test_direct_sessions_take_part_where_they_are_asked_for(shop):
    variables = {"touchpoints_include_direct": True, "marketing_model": "linear"}
    with shop.put_back():
        shop.rebuild(*LAWS_ALONE, variables=variables)
        rows = touchpoints(shop)
        [customers] = shop.query(
            "select sum(new_customer_count) as n from agg_marketing_daily "
            "where channel = 'Email'"
        )

    assert {
        number: row["parts"][:5]
        for (order_id, number), row in rows.items()
        if order_id == "second"
    } == PARTS_WITH_DIRECT
    assert customers["n"] == Decimal("0.250000")


@pytest.mark.slow
def test_touchpoints_follow_late_sessions_aliases_and_corrections(shop):
    """Every build equals a full refresh."""
    with shop.put_back():
        late = event(EVENTS[0], 90) | {"visitor_id": "desk", "user_id": None}
        late |= {"event_at": datetime(2026, 3, 7), "loaded_at": datetime(2026, 3, 21)}
        shop.append([late])
        shop.append_spend([spend(cost=1, hour=5)])
        shop.build(*LAWS_ALONE)
        assert_refreshed(shop)
        assert len(touchpoints(shop)) == 7

        alias = {"site_id": "shop", "alias": "desk", "person": "ana"}
        shop.append_aliases([alias | {"loaded_at": datetime(2026, 3, 22)}])
        shop.build(*LAWS_ALONE)
        assert_refreshed(shop)
        assert len(touchpoints(shop)) == 9

        # the tablet was another user's all the time
        other = event(EVENTS[3], 91) | {"user_id": "ben", "order_id": None}
        other |= {"event_at": datetime(2026, 3, 8, 8, 6), "revenue": None}
        shop.append([other | {"loaded_at": datetime(2026, 3, 23)}])
        shop.execute("delete from exchange_rates where valid_from = '2026-01-01'")
        shop.build(*LAWS_ALONE)
        assert_refreshed(shop)
        assert list(touchpoints(shop)) == [
            ("first", 4),
            *[("second", number) for number in [1, 2, "desk", 5]],
        ]


def touchpoints(shop):
    """The rows of fct_touchpoints by order and number of the session, in order."""
    numbers = {
        datetime.fromisoformat(line["event_at"]): int(line["number"])
        for line in reversed(EVENTS)
    }
    rows = shop.query("from fct_touchpoints order by ordered_at, touchpoint_number")
    for row in rows:
        row["parts"] = [str(row[f"{model}_revenue"]) for model in MODELS]
    return {
        (row["order_id"], numbers.get(row["session_started_at"], "desk")): row
        for row in rows
    }


def offenders(shop, law):
    (result,) = shop.dbt("compile", "--select", law).result
    return shop.query(result.node.compiled_code)

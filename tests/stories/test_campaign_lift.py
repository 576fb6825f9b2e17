"""analyses/campaign_lift.sql, counted by hand: a campaign of two days by e-mail."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from building import WITHOUT_LAWS

DAY = timedelta(days=1)
FIRST_DAY = datetime(2026, 3, 18, 12)
NUMBERS = count(1)


def session(visitor_id, day, channel, *then):
    """A visit on a day, counted from the first of the campaign: a page view, and what
    the visitor did then; a number is a purchase of as much."""
    instant = FIRST_DAY + day * DAY
    for step in ["page_view", *then]:
        instant += timedelta(seconds=1)
        yield {
            "event_id": f"event {next(NUMBERS)}",
            "visitor_id": visitor_id,
            "event_name": step if isinstance(step, str) else "purchase",
            "revenue": None if isinstance(step, str) else Decimal(step),
            "event_at": instant,
            "loaded_at": FIRST_DAY + 30 * DAY,
            "traffic_medium": "email" if channel == "Email" else None,
            "traffic_source": "newsletter" if channel == "Email" else None,
        }


SESSIONS = [
    # a day too early, and one too late
    *(session(f"early {n}", -8, "Direct", "begin_checkout", 99) for n in range(5)),
    *(session(f"late {n}", 9, "Email", "begin_checkout", 99) for n in range(5)),
    # before: one a day, of which two go to the checkout and one buys
    session("regular 1", -7, "Direct", "begin_checkout", 10),
    session("regular 2", -6, "Direct", "begin_checkout"),
    *(session(f"regular {8 + day}", day, "Direct") for day in range(-5, 0)),
    # during: regulars and two others, and six by e-mail who mostly look
    session("regular 1", 0, "Direct"),
    session("regular 2", 0, "Direct"),
    session("passer-by 1", 1, "Direct"),
    session("passer-by 2", 1, "Direct"),
    session("reader 1", 0, "Email", "begin_checkout", 30),
    session("reader 2", 0, "Email", "begin_checkout"),
    session("reader 3", 0, "Email", "begin_checkout"),
    *(session(f"reader {n}", 1, "Email") for n in [4, 5, 6]),
    # after: one who is new comes every day, and seven readers, of whom one is new
    *(session("daily", day, "Direct") for day in range(2, 9)),
    *(session(f"reader {day - 1}", day, "Email") for day in range(2, 9)),
]

# By channel and period: sessions a day, against the period before, share of what is
# more, revenue per visitor and day, checkouts that are completed, visitors who are new.
LIFT = {
    ("all", "before"): (1, 1, None, 10 / 7, 1 / 2, 1),
    ("all", "during"): (5, 5, 1, 30 / 10, 1 / 3, 8 / 10),
    ("all", "after"): (2, 2, 1, 0, None, 2 / 14),
    ("Direct", "before"): (1, 1, None, 10 / 7, 1 / 2, 1),
    ("Direct", "during"): (2, 2, 1 / 4, 0, None, 2 / 4),
    ("Direct", "after"): (1, 1, 0, 0, None, 1 / 7),
    ("Email", "during"): (3, None, 3 / 4, 30 / 6, 1 / 3, 1),
    ("Email", "after"): (1, None, 1, 0, None, 1 / 7),
}


@pytest.fixture(scope="module")
def shop(project):
    project.load([event for events in SESSIONS for event in events])
    project.build(*WITHOUT_LAWS)
    return project


@pytest.mark.parametrize(
    "variables",
    [{"campaign_first_date": "2026-03-18"}, {}],
    ids=["a day that is named", "the days with the most sessions"],
)
def test_a_campaign_is_compared_with_the_weeks_around_it(shop, variables):
    outcome = shop.dbt("compile", "--select", "campaign_lift", variables=variables)
    (result,) = outcome.result
    rows = shop.query(result.node.compiled_code)

    by_channel = [row for row in rows if row["device_category"] == "all"]
    assert {key_of(row): numbers_of(row) for row in by_channel} == {
        key: pytest.approx(numbers) for key, numbers in LIFT.items()
    }
    by_device = {row["device_category"] for row in rows}
    assert by_device == {"all", "unknown"}
    assert len(rows) == 2 * len(LIFT)


def key_of(row):
    return row["channel"], row["period"]


def numbers_of(row):
    return (
        row["daily_sessions"],
        row["lift"],
        row["share_of_lift"],
        row["revenue_per_visitor"],
        row["checkout_completion"],
        row["new_visitor_share"],
    )

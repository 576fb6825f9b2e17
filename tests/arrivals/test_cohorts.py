"""agg_visitor_cohorts is built again from the first week that has changed: visitors
move between cohorts with all their sessions, and orders change sessions of any age."""

from datetime import datetime, timedelta

import pytest
from building import WITHOUT_LAWS
from full_refresh import assert_refreshed

MONDAY = datetime(2026, 3, 2, 9)
DELIVERY = MONDAY + timedelta(weeks=3)
ARRIVAL = MONDAY + timedelta(weeks=8)


def test_a_late_first_session_moves_its_visitor_with_all_sessions(shop):
    arrive(shop, event("ana", MONDAY - timedelta(weeks=2), loaded_at=ARRIVAL))

    assert by_week(shop, MONDAY - timedelta(weeks=2)) == {0: 1, 2: 1, 4: 1}
    assert by_week(shop, MONDAY) == {0: 1}


@pytest.mark.slow
def test_an_earlier_delivery_moves_its_visitor_to_a_later_cohort(shop):
    arrive(
        shop,
        event("ana", MONDAY, loaded_at=DELIVERY - timedelta(minutes=1))
        | {"event_at": MONDAY + timedelta(weeks=1), "event_source": "another"},
    )

    assert by_week(shop, MONDAY + timedelta(weeks=1)) == {0: 1, 1: 1}


@pytest.mark.slow
def test_a_visitor_who_comes_late_counts_in_all_weeks_of_the_cohort(shop):
    arrive(shop, event("cem", MONDAY + timedelta(days=1), loaded_at=ARRIVAL))

    assert by_week(shop, MONDAY) == {0: 3, 2: 1}
    assert {row[3] for row in cohorts(shop) if row[0] == MONDAY.date()} == {3}


def test_a_late_refund_changes_the_week_of_its_order(shop):
    refund = event("ana", ARRIVAL, event_name="refund", order_id="1", revenue=5)
    arrive(shop, refund)

    week_of_order = next(row for row in cohorts(shop) if row[:2] == (MONDAY.date(), 2))
    assert week_of_order[-1] == 15


@pytest.fixture(scope="module")
def project(project):
    """A copy of the project in which a visitor comes back, and one does not."""
    project.append(
        [
            event("ana", MONDAY, loaded_at=DELIVERY),
            event("ben", MONDAY + timedelta(hours=1)),
            event(
                *("ana", MONDAY + timedelta(weeks=2)),
                **{"event_name": "purchase", "order_id": "1", "revenue": 20},
            ),
            event("dan", MONDAY + timedelta(weeks=3)),
        ]
    )
    project.build(*WITHOUT_LAWS)
    return project


@pytest.fixture
def shop(project):
    """The project, and as it was when the test ends."""
    with project.put_back():
        yield project


def event(visitor, event_at, **columns):
    return {
        "event_id": f"{visitor} {event_at}",
        "visitor_id": visitor,
        "event_name": "page_view",
        "event_at": event_at,
        "loaded_at": event_at + timedelta(minutes=5),
        **columns,
    }


def arrive(project, row):
    """Build a row, to the same tables as in a full refresh."""
    project.append([row])
    project.build(*WITHOUT_LAWS)
    assert_refreshed(project)


def cohorts(project):
    rows = project.query(
        "select cohort_week, weeks_since, visitor_count, cohort_visitor_count, "
        "session_count, net_revenue from agg_visitor_cohorts "
        "order by cohort_week, weeks_since"
    )
    return [tuple(row.values()) for row in rows]


def by_week(project, monday):
    """Visitors of a cohort by the weeks since."""
    return {row[1]: row[2] for row in cohorts(project) if row[0] == monday.date()}

"""What the first days of a visitor brought is known once the newest event, whoever it
is of, lies beyond them; and a visit ends with the first timeout."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from building import WITHOUT_LAWS
from full_refresh import assert_refreshed

pytestmark = pytest.mark.without_groups

START = datetime(2026, 3, 1, 12)
DAYS = [30, 90, 365]


def event(visitor_id, instant, order_id=None, revenue=None, **others):
    return {
        "event_id": f"{visitor_id} {instant}",
        "visitor_id": visitor_id,
        "event_name": "purchase" if order_id else "page_view",
        "event_at": instant,
        "loaded_at": instant + timedelta(minutes=1),
        "order_id": order_id,
        "revenue": revenue and Decimal(revenue),
        **others,
    }


@pytest.mark.slow
def test_first_days_are_over_when_another_visitor_comes_later(fresh_project):
    shop = fresh_project
    second, last = START + timedelta(days=3), START + timedelta(days=30)
    events = [
        event("ana", START),
        event("ana", START + timedelta(minutes=5), traffic_source="news"),
        event("ana", second, "1", 20),
        event("ana", second + timedelta(minutes=1), traffic_source="news"),
        event("ben", START),
        event("ben", last, "2", 7),
    ]
    shop.append(events)
    shop.build(*WITHOUT_LAWS)

    # ben ordered when his thirty days were just over, which nobody knows yet
    assert first_days(shop) == {
        "ana": (3, 3, second.date(), *[None] * 6),
        "ben": (2, 30, last.date(), *[None] * 6),
    }
    visits = shop.query(
        "select is_first_visit, days_since_previous_session from fct_sessions "
        "where visitor_id = 'ana' order by session_number"
    )
    assert [tuple(row.values()) for row in visits] == [
        *[(True, None), (True, 0), (False, 3), (False, 0)],
    ]

    for instant in [last + timedelta(seconds=1), START + timedelta(days=91)]:
        shop.append([event("cem", instant)])
        shop.build(*WITHOUT_LAWS)
        assert_refreshed(shop)

    assert first_days(shop) == {
        "ana": (3, 3, second.date(), 1, 20, 1, 20, None, None),
        "ben": (2, 30, last.date(), 0, 0, 1, 7, None, None),
        "cem": (None, None, None, 0, 0, *[None] * 4),
    }


def first_days(shop):
    """By visitor, how long the first order took, and what the first days brought."""
    columns = ", ".join(
        f"first_{days}_days_order_count, first_{days}_days_revenue" for days in DAYS
    )
    rows = shop.query(
        "select visitor_id, sessions_until_first_order, days_until_first_order, "
        f"first_order_date, {columns} from dim_visitors"
    )
    persons = shop.query(
        "select person_id, sessions_until_first_order, days_until_first_order, "
        f"first_order_date, {columns} from dim_persons"
    )
    found = {row["visitor_id"]: tuple(row.values())[1:] for row in rows}
    assert found == {row["person_id"]: tuple(row.values())[1:] for row in persons}
    return found

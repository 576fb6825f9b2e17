"""A raw.orders that comes, changes, loses rows and goes: builds that follow equal a
full refresh, and an old state of an order writes nothing."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from building import LAWS_ALONE, WITHOUT_LAWS
from full_refresh import assert_refreshed, written_rows

NOON = datetime(2026, 3, 1, 12)
ATTACHED = {"attach_booked_orders": True}


def event(name, order_id=None, revenue=None, day=1):
    instant = NOON.replace(day=day)
    return {
        "event_id": f"{name} {order_id} {day}",
        "visitor_id": "phone",
        "user_id": "ana",
        "event_name": name,
        "event_at": instant,
        "loaded_at": instant,
        "order_id": order_id,
        "revenue": revenue,
    }


@pytest.fixture(scope="module")
def built_shop(project):
    """A shop that is built without the table."""
    project.load(
        [
            event("page_view"),
            event("purchase", "both", Decimal(40)),
            event("purchase", "tracked", Decimal(7), day=2),
        ]
    )
    project.build(*WITHOUT_LAWS)
    return project


@pytest.fixture
def shop(built_shop):
    with built_shop.put_back():
        yield built_shop


def book(shop, order_id, total, hour=0, **others):
    row = {"order_id": order_id, "total": Decimal(total), "user_id": "ana"}
    row |= {"ordered_at": NOON, "updated_at": NOON + timedelta(hours=hour)}
    shop.append_orders([row | others])


def revenues(shop, variables=None):
    """What each order is worth, and all sessions together."""
    shop.build(*LAWS_ALONE, variables=variables)
    assert_refreshed(shop, variables)
    orders = shop.query("select order_id, revenue from fct_orders")
    [sessions] = shop.query("select sum(revenue) as revenue from fct_sessions")
    worth = {row["order_id"]: int(row["revenue"]) for row in orders}
    return worth, int(sessions["revenue"])


@pytest.mark.slow
def test_books_come_change_lose_rows_and_go(shop):
    assert revenues(shop) == ({"both": 40, "tracked": 7}, 47)
    book(shop, "both", 38)
    book(shop, "till", 5)
    assert revenues(shop) == ({"both": 38, "tracked": 7, "till": 5}, 45)
    book(shop, "both", 31, hour=800)
    book(shop, "both", 99, hour=-1)
    assert revenues(shop) == ({"both": 31, "tracked": 7, "till": 5}, 38)
    book(shop, "both", 31, hour=900, status="cancelled")
    assert revenues(shop) == ({"both": 0, "tracked": 7, "till": 5}, 7)
    shop.execute("delete from raw.orders where order_id = 'till'")
    assert revenues(shop) == ({"both": 0, "tracked": 7}, 7)
    shop.execute("drop table raw.orders")
    assert revenues(shop) == ({"both": 40, "tracked": 7}, 47)


@pytest.mark.slow
def test_an_order_of_the_books_goes_to_the_session_that_comes_late(shop):
    book(shop, "till", 5, ordered_at=NOON.replace(day=4))
    shop.rebuild(*WITHOUT_LAWS, variables=ATTACHED)
    session_of = (
        "select session_date from fct_orders join fct_sessions using (session_id) "
        "where order_id = 'till'"
    )
    assert revenues(shop, ATTACHED) == ({"both": 40, "tracked": 7, "till": 5}, 52)
    assert shop.query(session_of) == [{"session_date": NOON.replace(day=2).date()}]
    late = event("page_view", day=3)
    shop.append([late | {"loaded_at": NOON.replace(day=9)}])
    assert revenues(shop, ATTACHED) == ({"both": 40, "tracked": 7, "till": 5}, 52)
    assert shop.query(session_of) == [{"session_date": NOON.replace(day=3).date()}]


@pytest.mark.slow
def test_a_row_of_the_future_waits_and_an_old_state_writes_nothing(shop):
    book(shop, "both", 38)
    revenues(shop)
    before = written_rows(shop)
    book(shop, "both", 20, hour=5, loaded_at=datetime(2999, 1, 1))
    book(shop, "both", 21, hour=-5)
    assert revenues(shop) == ({"both": 38, "tracked": 7}, 45)
    assert written_rows(shop) == before

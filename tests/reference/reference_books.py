"""The part of the reference that is about the shop's own books: which of their rows
count, and what they change of the orders that events tell. See reference.py.

A raw order is a dict with the columns of raw.orders.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from reference_commerce import currency_of, in_cents, minus, rate_on, times
from reference_persons import is_id, text_of
from reference_traffic import is_word

WORDS_FOR_CANCELLED = {"cancelled", "canceled", "void", "voided"}

# Of two rows of one instant, what decides: these columns as text, in this order.
ORDER_OF_ROWS = [
    *("ordered_at", "status", "currency", "total", "tax", "shipping", "discount"),
    *("refunded_total", "user_id", "cancelled_at"),
]


def with_books(rows, books, sessions, settings):
    """fct_orders with what the books say, by the same keys as without them. An order
    that only the books have is keyed by (site_id, order_id, None)."""
    key_of = {key[:2]: key for key in rows if key[1] is not None}
    result = dict(rows)
    for (site_id, order_id), book in newest_rows(books, settings).items():
        key = key_of.get((site_id, order_id), (site_id, order_id, None))
        result[key] = booked_row(book, rows.get(key), sessions, settings)
    return result


def newest_rows(books, settings):
    newest = {}
    for raw in books:
        row = dict(raw)
        for name in ("site_id", "order_id", "status", "currency", "user_id"):
            row[name] = text_of(raw.get(name))
        if row["currency"] and is_word(row["currency"], "currency", settings):
            row["currency"] = None
        if row["user_id"] and is_word(row["user_id"], "id", settings):
            row["user_id"] = None
        times_said = [raw.get(n) for n in ("ordered_at", "updated_at", "loaded_at")]
        row["instant"] = next((instant for instant in times_said if instant), None)
        if row["instant"] is None or not is_id(row["order_id"], settings):
            continue
        key = row["site_id"] or "default", row["order_id"]
        row["site_id"] = key[0]
        if key not in newest or comes_first(row, newest[key]):
            newest[key] = row
    return newest


def comes_first(one, other):
    for name in ("updated_at", "loaded_at"):
        instants = [row.get(name) or datetime.min for row in (one, other)]
        if instants[0] != instants[1]:
            return instants[0] > instants[1]
    return texts_of(one) < texts_of(other)


def texts_of(row):
    values = [row.get(name) for name in ORDER_OF_ROWS]
    return [
        ""
        if value is None
        else f"{value:.6f}"
        if isinstance(value, Decimal)
        else str(value)
        for value in values
    ]


def booked_row(book, tracked, sessions, settings):
    site_id = book["site_id"]
    by_events = tracked or {}
    is_tracked = by_events.get("has_purchase", False)
    session = None if is_tracked else last_session(book, sessions, settings)
    if is_tracked:
        instant, day = tracked["ordered_at"], tracked["order_date"]
        session_id, visitor_id = tracked["session_id"], tracked["visitor_id"]
    else:
        instant = book["instant"]
        day = settings.local(site_id, instant).date()
        session_id = session and session["session_id"]
        visitor_id = (session or by_events).get("visitor_id")

    currency = currency_of(book, None, settings)
    rate = rate_on(day, currency, settings)
    status = (book["status"] or "").lower()
    is_cancelled = bool(book.get("cancelled_at")) or status in WORDS_FOR_CANCELLED

    def worth(amount):
        return Decimal(0) if is_cancelled else in_cents(times(amount, rate))

    given_back = abs(book.get("refunded_total") or Decimal(0))
    revenue, refunded = worth(book.get("total")), worth(given_back)
    # The books do not say of which parts something was refunded.
    refunded_part = Decimal(0) if is_cancelled or not given_back else None
    return {
        "site_id": site_id,
        "order_id": book["order_id"],
        "visitor_id": visitor_id,
        "session_id": session_id,
        "has_purchase": True,
        "is_tracked": is_tracked,
        "is_cancelled": is_cancelled,
        "value_source": "books",
        "ordered_at": instant,
        "order_date": day,
        "currency": currency,
        "order_value": book.get("total"),
        "exchange_rate": rate,
        "revenue": revenue,
        "tracked_revenue": tracked["revenue"] if is_tracked else None,
        "booked_revenue": revenue,
        "tax": worth(book.get("tax")),
        "shipping": worth(book.get("shipping")),
        "discount": worth(book.get("discount")),
        "coupon": by_events.get("coupon"),
        "refund_count": by_events.get("refund_count", 0),
        "refunded_revenue": refunded,
        "refunded_tax": refunded_part,
        "refunded_shipping": refunded_part,
        "net_revenue": minus(revenue, refunded),
    }


def last_session(book, sessions, settings):
    """The session that an order without a purchase event belongs to, or None."""
    if not settings.attach_booked_orders or book["user_id"] is None:
        return None
    lookback = timedelta(days=settings.attribution_lookback_days)
    own = [
        session
        for session in sessions
        if (session["site_id"], session["user_id"])
        == (book["site_id"], book["user_id"])
        and timedelta(0) <= book["instant"] - session["session_started_at"] <= lookback
    ]
    if not own:
        return None
    latest = max(session["session_started_at"] for session in own)
    own = [session for session in own if session["session_started_at"] == latest]
    first_visitor = min(session["visitor_id"].encode() for session in own)
    own = [
        session for session in own if session["visitor_id"].encode() == first_visitor
    ]
    return max(own, key=lambda session: session["session_number"])


def reconciliation_daily(rows_of_orders):
    """agg_order_reconciliation_daily by (site_id, order_date)."""
    zero = Decimal(0)
    days = {}
    for order in rows_of_orders:
        if not order["has_purchase"]:
            continue
        day = days.setdefault(
            (order["site_id"], order["order_date"]),
            {
                "order_count": 0,
                **{
                    f"{status}_order_count": 0
                    for status in ("matched", "different", "cancelled")
                },
                "tracked_only_order_count": 0,
                "booked_only_order_count": 0,
                "matched_revenue": zero,
                "different_tracked_revenue": zero,
                "different_booked_revenue": zero,
                "cancelled_tracked_revenue": zero,
                "tracked_only_revenue": zero,
                "booked_only_revenue": zero,
                "tracked_revenue": zero,
                "booked_revenue": zero,
            },
        )
        tracked = order["tracked_revenue"] or zero
        booked = order["booked_revenue"] or zero
        day["order_count"] += 1
        day["tracked_revenue"] += tracked
        day["booked_revenue"] += booked
        if order["is_cancelled"]:
            day["cancelled_order_count"] += 1
            day["cancelled_tracked_revenue"] += tracked
        elif order["value_source"] == "events":
            day["tracked_only_order_count"] += 1
            day["tracked_only_revenue"] += tracked
        elif not order["is_tracked"]:
            day["booked_only_order_count"] += 1
            day["booked_only_revenue"] += booked
        elif is_same(order["tracked_revenue"], order["booked_revenue"]):
            day["matched_order_count"] += 1
            day["matched_revenue"] += booked
        else:
            day["different_order_count"] += 1
            day["different_tracked_revenue"] += tracked
            day["different_booked_revenue"] += booked
    for day in days.values():
        seen = day["matched_revenue"] + day["different_booked_revenue"]
        booked = day["booked_revenue"]
        day["revenue_difference"] = day["tracked_revenue"] - booked
        day["tracked_revenue_share"] = float(seen) / float(booked) if booked else None
    return days


def is_same(one, other):
    if None in (one, other):
        return one is other
    return abs(one - other) <= Decimal("0.01")

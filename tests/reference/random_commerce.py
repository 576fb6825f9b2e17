"""What random events say of orders: ids that come again, amounts at the edges of a cent
and currencies whose rates change on the days on which random visitors are about."""

from datetime import timedelta
from decimal import Decimal

MICROSECOND = timedelta(microseconds=1)

ORDER_EVENTS = ["purchase", "refund"]

# (currency, valid_from, rate). Some begin on one of random_events.DAYS, some on the day
# before or after. No row is as old as all events; NPR and JPY have none for most. Those
# of USD are read where another currency is reported.
EXCHANGE_RATES = [
    ("EUR", "2010-11-06", "1.4032"),
    ("EUR", "2010-11-07", "1.39"),
    ("EUR", "2025-03-09", "1.0833333333"),
    ("EUR", "2025-03-31", "1.1"),
    ("EUR", "2025-06-15", "1.05"),
    ("EUR", "2025-10-26", "1.1234567891"),
    ("EUR", "2025-11-03", "0.5"),
    ("gbp", "1971-01-01", "2.5"),
    ("gbp", "2010-11-08", "1.5"),
    ("gbp", "2025-03-29", "0.5"),
    ("GBP", "2025-10-04", "1.25"),
    ("JPY", "2025-03-10", "0.0066666667"),
    ("JPY", "2025-10-25", "0.0050000001"),
    ("AUD", "2025-04-05", "0.65"),
    ("aud", "2025-04-07", "0.655"),
    ("AUD", "2025-10-05", "0.5"),
    ("CAD", "2010-11-06", "0.9999999999"),
    ("CAD", "2010-11-07", "0.5"),
    ("CAD", "2025-03-10", "0.7250000001"),
    ("NPR", "2025-10-27", "0.0075"),
    ("USD", "1970-12-31", "0.3333333333"),
    ("USD", "2025-04-06", "0.9259259259"),
    ("XAU", "1970-01-01", "12345678.9012345678"),
]

# ZŁ is another currency than zł, for case is that of ASCII alone. Neither is a code, so
# no rate can be given.
CURRENCIES = (
    [None] * 9
    + [""]
    + ["EUR", "EUR", "eur", "USD", "usd", "GBP", "gbp", "JPY", "jpY", "AUD"]
    + ["XAU", "XXX", "zł", "ZŁ", " usd ", "undefined", "(not set)"]
)

# Times a rate of a half, many of these are half a cent.
AMOUNTS = (
    [None] * 4
    + [Decimal("19.90")] * 4
    + [Decimal(text) for text in ("0.00", "-5.00", "-10.05", "-0.01")]
    + [Decimal(text) for text in ("10.05", "0.01", "0.03", "0.99", "3.33", "1.15")] * 2
    + [Decimal(text) for text in ("20.15", "100.10", "1234567.89", "150000.00")]
    + [Decimal(text) for text in ("12.345", "41.658333", "0.000001", "-7.005")]
)

# Most events say no part of an order.
PARTS = ["tax", "shipping", "discount"]
COUPONS = [None] * 4 + ["SPRING", "spring ", "(not set)", "null", "", "10%"]

LARGEST_AMOUNT = Decimal("99999999999999.999999")


def is_of_orders(event):
    return event["event_name"] in ORDER_EVENTS


def random_money(chance, event_name, own_orders, all_orders):
    """The columns of an event that are about money. Events of any name may have them.
    New order ids are added to those of the visitor and of all."""
    currency = chance.choice(CURRENCIES)
    amount = chance.choice(AMOUNTS)
    if chance.random() < (0.3 if currency == "XAU" else 0.02):
        amount = chance.choice([LARGEST_AMOUNT, LARGEST_AMOUNT, -LARGEST_AMOUNT])
    order_id = None
    if event_name in ORDER_EVENTS or chance.random() < 0.1:
        order_id = random_order_id(chance, own_orders, all_orders)
    return {
        "order_id": order_id,
        "revenue": amount,
        "currency": currency,
        **random_parts(chance),
    }


def random_parts(chance):
    """What an event says of the parts of an order."""
    parts = {part: chance.choice([None, None, *AMOUNTS]) for part in PARTS}
    return parts | {"coupon": chance.choice(COUPONS)}


def random_order_id(chance, own_orders, all_orders):
    """A new id, one of the visitor's last, that of anybody on any site, or none."""
    kind = chance.choices(
        ["own", "new", "anybody's", "null", "empty"], [45, 25, 12, 12, 6]
    )[0]
    if kind == "null":
        return None
    if kind == "empty":
        return chance.choice(["", " ", "0", "(not set)", "NULL", " undefined\n"])
    if kind == "own" and own_orders:
        return chance.choice(own_orders[-4:])
    if kind == "anybody's" and all_orders:
        return chance.choice(all_orders)
    order_id = f"order {len(all_orders)}"
    own_orders.append(order_id)
    all_orders.append(order_id)
    return order_id


def ordered_again(chance, event):
    """Now and then what else happens to the order of an event: it is bought again, by
    the visitor or a friend, most often at the same instant, or refunded, in parts."""
    if not is_of_orders(event) or chance.random() < 0.8:
        return []
    again = []
    for number in range(chance.choice([1, 1, 2, 3])):
        is_friend = chance.random() < 0.5
        steps = [timedelta(0)] * 4 + [MICROSECOND, timedelta(minutes=5)]
        if is_friend:
            steps += [-MICROSECOND, timedelta(days=-1)]
        instant = event["event_at"] + chance.choice(steps)
        first_letter = chance.choice("aBéz_Z~ß")
        changed = {
            "event_id": f"{first_letter}-{event['event_id']}.again {number}",
            "visitor_id": event["visitor_id"] + (" friend" if is_friend else ""),
            "event_name": chance.choice(ORDER_EVENTS),
            "event_at": instant,
            "event_sequence": chance.choice([event["event_sequence"], None, 0, 1]),
            "loaded_at": event["loaded_at"] + (instant - event["event_at"]),
            "revenue": chance.choice(AMOUNTS),
            "currency": chance.choice([event["currency"], None, *CURRENCIES]),
            **random_parts(chance),
        }
        again.append(event | changed)
    return again


def late_refunds(chance, events):
    """Of some visitors a refund long after all else they did."""
    ordered = [event for event in events if is_of_orders(event) and event["event_at"]]
    if not ordered or chance.random() < 0.7:
        return []
    event = chance.choice(ordered)
    instant = max(e["event_at"] for e in events if e["event_at"])
    instant += timedelta(days=chance.choice([2, 12]), minutes=chance.randrange(1440))
    changed = {
        "event_id": f"{events[0]['event_id']} late",
        "event_name": "refund",
        "event_at": instant,
        "loaded_at": instant,
        "revenue": chance.choice(AMOUNTS),
        "currency": chance.choice([event["currency"], None, *CURRENCIES]),
        **random_parts(chance),
    }
    return [event | changed]

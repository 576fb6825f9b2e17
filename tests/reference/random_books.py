"""Random rows of raw.orders for random events: orders that events have and others, in
several states, with the words that shops use, and rows that say nothing."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from random_commerce import AMOUNTS, CURRENCIES, MICROSECOND, PARTS, is_of_orders

# Before, between and after random events are loaded; two rows may be of one instant.
INSTANTS = [
    None,
    *(datetime(2020, 1, 1) + timedelta(days=300 * number) for number in range(8)),
]

STATUSES = (
    [None] * 3
    + ["paid", "", "pending ", "refunded"] * 2
    + ["Cancelled", " canceled", "VOIDED"]
)

# How far the books are from the event, or from a session of the user.
DISTANCES = (
    [timedelta(0)] * 3
    + [MICROSECOND, -MICROSECOND, timedelta(hours=5), timedelta(days=-1)]
    + [timedelta(days=30), timedelta(days=30) + MICROSECOND, timedelta(days=90)]
)


def random_books(seed, events):
    """Raw orders, dicts by column, of about half the orders of which there are events
    and some of which there are none."""
    chance = random.Random(seed)
    ids, users, instants = defaultdict(set), defaultdict(set), defaultdict(list)
    for event in events:
        site_id = event.get("site_id")
        if is_of_orders(event) and event["order_id"]:
            ids[site_id].add(event["order_id"])
        if event.get("user_id"):
            users[site_id].add(event["user_id"])
        if event["event_at"]:
            instants[site_id].append(event["event_at"])
    rows = []
    for site_id in sorted(instants, key=str):
        known = sorted(ids[site_id])
        own = [text for text in known if chance.random() < 0.5]
        own += [f"till {number}" for number in range(len(known) // 3 + 3)]
        for order_id in [*own, None, "undefined", " "]:
            first = random_row(chance, users[site_id], instants[site_id])
            first |= {"site_id": site_id, "order_id": order_id}
            rows.append(first)
            while chance.random() < 0.4:
                rows.append(first | another_state(chance))
    chance.shuffle(rows)
    return rows


def random_row(chance, users, instants):
    instant = chance.choice(instants) + chance.choice(DISTANCES)
    return {
        "ordered_at": chance.choice([instant] * 6 + [None]),
        "user_id": chance.choice([*sorted(users), None, "null", "a stranger"]),
        "currency": chance.choice(CURRENCIES),
        **another_state(chance),
    }


def another_state(chance):
    amounts = {name: chance.choice(AMOUNTS) for name in ["total", *PARTS]}
    return amounts | {
        "status": chance.choice(STATUSES),
        "refunded_total": chance.choice([None] * 20 + AMOUNTS),
        "cancelled_at": chance.choice([None] * 9 + [INSTANTS[3]]),
        "updated_at": chance.choice(INSTANTS),
        "loaded_at": chance.choice(INSTANTS),
    }

"""Random rows of raw.event_items for random events: one to three items of some, several
deliveries of an item, items of events that nobody knows, rows that say too little."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

# Later than the clock of any test: such a row waits.
FUTURE = datetime(2100, 1, 1)

PRODUCTS = ["A 1", "b_2", "B_2", "é", " A 1", "undefined", " NULL ", "", None]
WORDS = ["mug", "Mug", " mug", "cup\t", "", None, None]
QUANTITIES = [None, 1, 1, 2, 3, 0, -1, -7, 999_999_999, 1_000_000_000, 2**62]
PRICES = [
    *[None] * 2,
    *map(Decimal, ["19.90", "0.01", "0.333333", "12.345", "-5", "0", "0.005"] * 2),
    *map(Decimal, ["100000.5", "99999999999999.999999", "-99999999999999.999999"]),
]
DISCOUNTS = [None, None, None, *map(Decimal, ["0", "0.50", "-1", "19.90", "0.000001"])]

TEXTS = [
    *["product_name", "product_category", "product_variant", "product_brand"],
    "item_list",
]


def random_items(seed, events):
    """All raw items of some events, dicts by column, as one load."""
    return [row for batch in random_item_batches(seed, [events], 1) for row in batch]


def random_item_batches(seed, batches, share_without=0.15):
    """For each batch of events the raw items that arrive with it: before the events
    that they are of, with them or after them, now and then again. A loader promises
    that no row has an older loaded_at than a row of an earlier batch; batches may end
    and begin at one instant. None where there is no table yet."""
    chance = random.Random(f"items {seed}")
    if chance.random() < share_without and len(batches) > 1:
        return [None] * len(batches)
    instant = datetime(2026, 2, 2)
    instants = []
    for _ in batches:
        instants.append([instant])
        for _ in range(chance.choice([0, 0, 1, 2])):
            instant += timedelta(hours=1)
            instants[-1].append(instant)
        instant += chance.choice(
            [timedelta(0), timedelta(0), timedelta(microseconds=1)]
        )
    arriving = [[] for _ in batches]
    for number, batch in enumerate(batches):
        for event in batch:
            if event.get("event_id") and chance.random() < 0.25:
                for row_number, row in items_of(chance, event, number, instants):
                    arriving[row_number].append(row)
    for rows in arriving:
        chance.shuffle(rows)
    # a table may be missing until its first rows come
    first = chance.choice([0, 0, 1])
    for number in range(min(first, len(arriving) - 1)):
        arriving[number + 1] = undated(arriving[number]) + arriving[number + 1]
        arriving[number] = None
    return arriving


def undated(rows):
    """Rows that are late for their own instant say none."""
    return [row | {"loaded_at": None} for row in rows]


def items_of(chance, event, number, instants):
    """The rows that deliver the items of an event, each with its batch."""
    rows = []
    home = chance.choice([number] * 3 + list(range(len(instants))))
    for item_number in chance.choice([[1], [1], [1, 2], [1, 2, 3], [2], [0, -1]]):
        row = item_row(chance, event, item_number)
        rows.append((home, row | {"loaded_at": chance.choice(instants[home])}))
        while chance.random() < 0.3:
            again = chance.choice([home, chance.randrange(home, len(instants))])
            change = chance.choice([{}, {}, item_row(chance, event, item_number)])
            instant = chance.choice(instants[again])
            rows.append((again, row | change | {"loaded_at": instant}))
    if chance.random() < 0.05:
        odd = chance.choice(
            [
                {"event_id": "nobody's"},
                {"event_id": None},
                {"item_number": None},
                {"loaded_at": None},
                {"loaded_at": FUTURE},
                {"site_id": "elsewhere"},
            ]
        )
        rows.append((home, rows[0][1] | odd))
    return rows


def item_row(chance, event, item_number):
    site_id = event.get("site_id")
    return {
        "site_id": site_id and chance.choice([site_id, site_id, f" {site_id}"]),
        "event_id": chance.choice(
            [event["event_id"]] * 3 + [f"\t{event['event_id']} "]
        ),
        "item_number": item_number,
        "product_id": chance.choice(PRODUCTS),
        **{name: chance.choice(WORDS) for name in TEXTS},
        "quantity": chance.choice(QUANTITIES),
        "price": chance.choice(PRICES),
        "discount": chance.choice(DISCOUNTS),
    }

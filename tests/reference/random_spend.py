"""Random rows of raw.ad_spend for random events: spend of campaigns that visits have
and of others, corrections in any order, and rows that say too little."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from random_commerce import CURRENCIES

FUTURE = datetime(2100, 1, 1)
COSTS = [
    None,
    *map(Decimal, ["0", "12.50", "0.005", "-3.20", "1000", "0.333333", "7", "7.5"]),
]
COUNTS = [None, 0, 1, 7, 1500, 10**12]
CHANNELS = [None, None, None, "Paid Search", " Display", "Email", ""]
INSTANTS = [None, *(datetime(2026, 2, day) for day in (1, 2, 3)), FUTURE]


def random_spend(seed, events):
    """Raw spend, dicts by column, of some days and sources of events."""
    chance = random.Random(f"spend {seed}")
    rows = []
    for event in events:
        if event["event_at"] and event.get("traffic_source") and chance.random() < 0.2:
            row = spend_row(chance, event)
            rows.append(row)
            while chance.random() < 0.4:
                rows.append(row | state(chance))
    rows += [spend_row(chance, event) | {"spend_date": None} for event in events[:3]]
    rows.append(spend_row(chance, events[0]) | {"spend_date": date(2026, 1, 5)})
    chance.shuffle(rows)
    return rows


def spend_row(chance, event):
    day = event["event_at"] or datetime(2026, 1, 1)
    return {
        "site_id": event.get("site_id"),
        "spend_date": (day + timedelta(days=chance.choice([0, 0, -1, 1]))).date(),
        "source": changed(chance, event.get("traffic_source")),
        "medium": changed(chance, event.get("traffic_medium")),
        "campaign": changed(chance, event.get("traffic_campaign")),
        "channel": chance.choice(CHANNELS),
        **state(chance),
    }


def changed(chance, text):
    """A name as it is, in other letters, with blanks, or another one."""
    if not text:
        return chance.choice([None, "", "brand"])
    return chance.choice([text, text, text.upper(), f" {text}\t", "elsewhere"])


def state(chance):
    return {
        "currency": chance.choice([None, *CURRENCIES]),
        "cost": chance.choice(COSTS),
        "clicks": chance.choice(COUNTS),
        "impressions": chance.choice(COUNTS),
        "loaded_at": chance.choice(INSTANTS),
    }


def random_spend_batches(seed, batches):
    """For each batch of events the raw spend that arrives with it, in any order. None
    where there is no table."""
    chance = random.Random(f"spend batches {seed}")
    if chance.random() < 0.3:
        return [None] * len(batches)
    arriving = [[] for _ in batches]
    for row in random_spend(seed, [event for batch in batches for event in batch]):
        arriving[chance.randrange(len(batches))].append(row)
    return arriving

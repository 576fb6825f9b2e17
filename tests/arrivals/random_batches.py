"""Random raw events and aliases cut into batches, in the order in which they arrive."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from random_aliases import random_aliases
from random_books import random_books
from random_commerce import AMOUNTS, CURRENCIES, is_of_orders, random_parts
from random_events import (
    BOTS,
    INTERNAL,
    MICROSECOND,
    SECONDS_OF_REPEATS,
    is_view_of_a_page,
    random_events,
)

# After every day of random_events, and after those days plus 60, so that only what is
# meant to lie in the future does.
FIRST_ARRIVAL = datetime(2026, 2, 2, 12)

# Delivery times that a Python datetime cannot say, by the instants that stand for them.
STAND_INS = {
    datetime(9999, 1, 1): "infinity",
    datetime(9999, 1, 2): "-infinity",
    datetime(9999, 1, 3): "290000-01-01",
}

SIXTY_DAYS = timedelta(days=60)


def random_batches(seed, event_count, batch_count=5, timeout_seconds=1800):
    """Lists of raw events, dicts by column: about `event_count` in all, of one visitor
    for every five.

    A loader promises one thing, that no row arrives with an older loaded_at than a row
    of its source in an earlier batch has. Nothing else holds here: events of a visitor
    arrive in any order and in any batch, batches end and begin at one instant, an event
    comes again at the same instant and later, as it was and changed, and some rows have
    no loaded_at.
    """
    chance = random.Random(seed)
    timeout = timedelta(seconds=timeout_seconds)
    instants = instants_of_batches(chance, batch_count, timeout)
    shares = [chance.choice([0.003, 0.03, 1, 1]) for _ in instants]
    visitors = visitors_of_sites(chance, event_count, timeout_seconds)
    order_ids = orders_of_sites(visitors)

    batches = [[] for _ in instants]
    clocks = clock_events(chance, instants)
    for batch, clock in zip(batches, clocks, strict=True):
        batch.append(clock)
    for (site_id, _), events in visitors.items():
        numbers = chance.choices(range(batch_count), shares, k=chance.choice([1, 2, 3]))
        if chance.random() < 0.4:
            clock = clocks[min(numbers)]
            instant = min(clock["event_at"], clock["loaded_at"] + CLOCK_LEADS[-1])
            move_to_the_clock(chance, events, instant, timeout)
        elif chance.random() < 0.5:
            move(events, timedelta(days=chance.randrange(-150, 60)))
        events += stragglers(chance, events, timeout)
        neighbours = [visitor for site, visitor in visitors if site == site_id]
        neighbour = {
            "visitor_id": chance.choice(neighbours) or "neighbour",
            "order_id": chance.choice(order_ids[site_id]),
        }
        for event in events:
            first = chance.choice(numbers)
            for number, row in deliveries(chance, event, first, instants, neighbour):
                batches[number].append(row)
    if chance.random() < 0.6:
        batches = from_several_sources(chance, batches)
    for batch in batches:
        chance.shuffle(batch)
    return with_odd_batches(chance, batches)


def random_alias_batches(seed, batches):
    """For each batch of events the raw aliases that arrive with it, before the events
    that they are about or after them; now and then again. None where there is no table
    of aliases."""
    chance = random.Random(seed)
    if chance.random() < 0.2:
        return [None] * len(batches)
    arriving = [[] for _ in batches]
    for row in random_aliases(seed, [event for batch in batches for event in batch]):
        times = chance.choice([1, 1, 1, 2])
        for number in chance.choices(range(len(batches)), k=times):
            arriving[number].append(row)
    return arriving


def random_order_batches(seed, batches):
    """For each batch of events the raw orders that arrive with it: the states of an
    order come in any order, and now and then again. None where there is no table of
    orders."""
    chance = random.Random(seed)
    if chance.random() < 0.3:
        return [None] * len(batches)
    arriving = [[] for _ in batches]
    for row in random_books(seed, [event for batch in batches for event in batch]):
        times = chance.choice([1, 1, 1, 2])
        for number in chance.choices(range(len(batches)), k=times):
            arriving[number].append(row)
    return arriving


# ------------------------------------------------------------------- when rows arrive


def instants_of_batches(chance, batch_count, timeout):
    """For each batch the instants at which its rows arrive, oldest first. Most batches
    begin at the instant at which the one before ended, and some end there as well."""
    steps = (
        [MICROSECOND, timeout - MICROSECOND, timeout, timeout + MICROSECOND]
        + [timedelta(seconds=1), timedelta(minutes=10), timedelta(hours=6)] * 2
        + [timedelta(days=3)]
    )
    newest = FIRST_ARRIVAL
    batches = []
    for _ in range(batch_count):
        if chance.random() < 0.3:
            newest += chance.choice(steps)
        batch = [newest]
        for _ in range(chance.choice([0, 1, 2, 3, 8])):
            newest += chance.choice(steps)
            batch.append(newest)
        batches.append(batch)
    return batches


def arrival(chance, instants, number):
    """One instant of a batch, most often its first or last."""
    batch = instants[number]
    return chance.choice([batch[0], batch[-1], chance.choice(batch)])


def batches_at(instants, instant):
    """The numbers of the batches that have rows of this instant."""
    return [number for number, batch in enumerate(instants) if instant in batch]


# ---------------------------------------------------------- what the events are made of


def visitors_of_sites(chance, event_count, timeout_seconds):
    """Events by (site_id, visitor_id), few of each visitor."""
    events = random_events(
        chance.getrandbits(32), event_count, timeout_seconds, [1, 2, 3, 5, 8, 20]
    )
    visitors = defaultdict(list)
    for event in events:
        visitors[event["site_id"], event["visitor_id"]].append(event)
    return visitors


def orders_of_sites(visitors):
    """The order ids of purchases and refunds by site_id, and one that nobody has."""
    order_ids = defaultdict(lambda: ["an order"])
    for (site_id, _), events in visitors.items():
        order_ids[site_id] += [
            event["order_id"]
            for event in events
            if is_of_orders(event) and event["order_id"]
        ]
    return order_ids


# How far a clock may run ahead of the delivery; exactly an hour is no future yet.
CLOCK_LEADS = [timedelta(minutes=minutes) for minutes in (-20, 0, 10, 30, 60)]


def clock_events(chance, instants):
    """One row for each batch: the newest event so far, which ends sessions of others,
    or a row that takes that event back, so that they are open again."""
    rows = []
    for number, batch in enumerate(instants):
        if rows and rows[-1]["loaded_at"] == batch[0] and chance.random() < 0.4:
            instant = rows[-1]["event_at"]
            change = chance.choice(
                [
                    {"event_at": instant - timedelta(hours=9)},
                    {"event_at": instant + timedelta(days=400)},
                    {"user_agent": chance.choice(BOTS)},
                    {"ip_address": chance.choice(INTERNAL)},
                ]
            )
            rows.append(rows[-1] | {"visitor_id": "a clock"} | change)
        else:
            row = {
                "event_id": f"clock {number}",
                "visitor_id": f"clock {number}",
                "event_name": "page_view",
                "event_at": batch[-1] + chance.choice(CLOCK_LEADS),
                "loaded_at": batch[-1],
            }
            rows.append(row)
    return rows


def move_to_the_clock(chance, events, clock, timeout):
    """Shift a visitor's events so that the last lies where it is open, or just not."""
    silence = chance.choice(
        [timeout - MICROSECOND, timeout, timeout + MICROSECOND]
        + [timeout * chance.uniform(0.3, 1.5)] * 3
    )
    dated = [event["event_at"] for event in events if event["event_at"]]
    if dated:
        move(events, clock - silence - max(dated))


def move(events, distance):
    for event in events:
        if event["event_at"]:
            event["event_at"] += distance


def stragglers(chance, events, timeout):
    """For some visitors one more event: long before all others, long after them,
    between two, where it may make one session of both, or soon after a like one."""
    instants = sorted(event["event_at"] for event in events if event["event_at"])
    if not instants or chance.random() < 0.7:
        return []
    position = chance.randrange(len(instants))
    after, before = instants[position], instants[min(position + 1, len(instants) - 1)]
    instant = chance.choice(
        [instants[0] - SIXTY_DAYS, instants[-1] + SIXTY_DAYS]
        + [after + (before - after) / 2, after + timeout, before - timeout]
    )
    event = chance.choice(events)
    changed = {"event_id": f"{event['event_id']} straggler", "event_at": instant}
    views = [e for e in events if is_view_of_a_page(e) and e["event_at"]]
    if views and chance.random() < 0.4:
        event = chance.choice(views)
        later = timedelta(seconds=chance.choice(SECONDS_OF_REPEATS))
        changed["event_at"] = event["event_at"] + later
    return [event | changed]


# ------------------------------------------------------------------ how often they come


def deliveries(chance, event, number, instants, neighbour):
    """The rows that deliver an event, each with the number of its batch."""
    if event["loaded_at"] is None:
        return [(number, event)]
    event = event | {"loaded_at": arrival(chance, instants, number)}
    rows = [(number, event)]
    while chance.random() < (0.5 if is_of_orders(event) else 0.25):
        rows.append(one_more(chance, event, number, instants, neighbour))
    return rows


def one_more(chance, event, number, instants, neighbour):
    """A further row of an event that was delivered in a batch, and its own batch."""
    any_batch = chance.randrange(len(instants))
    same_instant = chance.choice(batches_at(instants, event["loaded_at"]))
    kind = chance.random()
    if kind < 0.25:
        return same_instant, dict(event)
    if kind < 0.65:
        return same_instant, event | other_content(chance, event, neighbour)
    if kind < 0.9:
        later = chance.randrange(number, len(instants))
        change = chance.choice([{}, other_content(chance, event, neighbour)])
        instant = arrival(chance, instants, later)
        return later, event | change | {"loaded_at": instant}
    if kind < 0.95:
        return any_batch, event | {"loaded_at": None}
    return any_batch, event | {"loaded_at": chance.choice(list(STAND_INS))}


def other_content(chance, event, neighbour):
    """Columns in which two rows of one event differ. The smaller text is kept."""
    instant = event["event_at"] or FIRST_ARRIVAL
    visitor_id = event["visitor_id"] or neighbour["visitor_id"]
    if is_of_orders(event) and chance.random() < 0.5:
        return other_money(chance, neighbour)
    return chance.choice(
        [
            {"visitor_id": "a " + visitor_id},
            {"visitor_id": "z " + visitor_id},
            {
                "visitor_id": "a " + visitor_id,
                "event_at": instant + timedelta(days=900),
            },
            {"visitor_id": neighbour["visitor_id"]},
            {"visitor_id": "a " + visitor_id, "user_agent": chance.choice(BOTS)},
            {"visitor_id": "a " + visitor_id, "ip_address": chance.choice(INTERNAL)},
            {"user_agent": chance.choice([None, *BOTS])},
            {"ip_address": chance.choice([None, "203.0.113.8", *INTERNAL])},
            {"event_name": "page_view", "page_url": "https://a.example/"},
            {"user_id": chance.choice([None, "aaron", "zoe"])},
            {"event_name": chance.choice(["add_to_cart", "refund", "zoom"])},
            {"event_at": instant - chance.choice([timedelta(minutes=7), SIXTY_DAYS])},
            {"event_at": instant + chance.choice([timedelta(minutes=7), SIXTY_DAYS])},
            {"event_at": instant - timedelta(days=900)},
            {"event_at": instant + timedelta(days=900)},
            {"traffic_source": "autumn"},
            {"revenue": None, "event_sequence": 1},
            other_money(chance, neighbour),
        ]
    )


def other_money(chance, neighbour):
    """What another delivery may say of the order: that it is another or none, one that
    is worth something else, or a refund."""
    return chance.choice(
        [
            {"order_id": neighbour["order_id"]},
            {"order_id": neighbour["order_id"], "event_name": "purchase"},
            {"order_id": chance.choice([None, "", "an order", "z order"])},
            {"order_id": neighbour["order_id"], "visitor_id": neighbour["visitor_id"]},
            {"revenue": chance.choice(AMOUNTS)},
            {"currency": chance.choice(CURRENCIES)},
            random_parts(chance),
            {"event_name": chance.choice(["purchase", "refund"])},
        ]
    )


def from_several_sources(chance, batches):
    """The rows spread over sources, of which some are one or two batches behind: their
    rows arrive after others that were delivered later."""
    lags = {None: 0, "till": chance.choice([0, 1]), "app": chance.choice([1, 2])}
    arriving = [[] for _ in batches]
    for number, batch in enumerate(batches):
        for row in batch:
            source = chance.choice(list(lags))
            late = min(number + lags[source], len(batches) - 1)
            arriving[late].append(row | {"event_source": source})
    return arriving


def with_odd_batches(chance, batches):
    """Sometimes one batch more: nothing at all, or only rows that say not when they
    came. It may be the first."""
    undated = [
        row | {"loaded_at": chance.choice([None, *STAND_INS])}
        for row in chance.sample(batches[-1], min(3, len(batches[-1])))
    ]
    odd = chance.choice([[], undated, None])
    if odd is not None:
        batches.insert(chance.randrange(len(batches) + 1), odd)
    return batches

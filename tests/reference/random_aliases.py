"""Random rows of raw.user_aliases for random events: chains, several rows for an alias,
rows that say nothing; no circles."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

# Before, between and after random events are loaded; two rows may be of one instant.
INSTANTS = [
    None,
    *(datetime(2020, 1, 1) + timedelta(days=300 * number) for number in range(8)),
]

# Ids that no event has.
STRANGERS = ["crm 1", "crm 2", "Crm 1", "élan", "~"]


def random_aliases(seed, events):
    """Raw aliases, dicts by column, of about a third of the ids that events have."""
    chance = random.Random(seed)
    ids = defaultdict(set)
    for event in events:
        for name in ("visitor_id", "user_id"):
            if event.get(name):
                ids[event.get("site_id")].add(event[name])

    # where every alias stands for a later id of one order, there is no circle
    ranks = {}
    rows = []
    for site_id in sorted(ids, key=str):
        known = [*sorted(ids[site_id]), *STRANGERS]
        for text in known:
            ranks.setdefault(text.strip(), chance.random())
        for alias in known:
            while chance.random() < 0.3:
                person = chance.choice([*known, *STRANGERS * 3])
                if ranks[alias.strip()] <= ranks[person.strip()]:
                    rows.append(row_of(chance, site_id, alias, person))
        rows += rows_that_say_nothing(chance, site_id, known)
    chance.shuffle(rows)
    return rows


def row_of(chance, site_id, alias, person):
    blanks = ["", "", "", " ", "\t"]
    return {
        "site_id": site_id,
        "alias": alias + chance.choice(blanks),
        "person": chance.choice(blanks) + person,
        "loaded_at": chance.choice(INSTANTS),
    }


def rows_that_say_nothing(chance, site_id, known):
    pairs = [
        (None, chance.choice(known)),
        (chance.choice(known), None),
        ("undefined", chance.choice(known)),
        (chance.choice(known), " NULL"),
        (chance.choice(known), "nobody"),
        ("", ""),
    ]
    return [
        {
            "site_id": site_id,
            "alias": alias,
            "person": person,
            "loaded_at": INSTANTS[-1],
        }
        for alias, person in pairs
    ]

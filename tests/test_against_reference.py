"""dbt and reference.py agree on thousands of random events, under several rule sets."""

import csv
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest
from random_events import SITES, random_events
from reference import STANDARD, Settings, sessionize

SEED = int(
    os.environ.get("SESSIONS_TEST_SEED") or random.SystemRandom().getrandbits(32)
)

EVENT_COUNT = 25_000

OVERRIDES = {
    "standard": {},
    "gap only": {"calendar": "none", "source_change": "none"},
    "never times out": {"timeout_seconds": None},
    "leaving": {"ending_events": ["logout", "purchase"], "timeout_seconds": 600},
    "page views open, page views and clicks extend": {
        "starting_events": ["page_view"],
        "extending_events": ["page_view", "click"],
        "ending_events": ["click"],
    },
    "all open, page views extend": {
        "starting_events": "all",
        "extending_events": ["page_view"],
        "ending_events": ["logout"],
    },
    "mixed roles": {
        "starting_events": {"all_but": ["ping", "refund"]},
        "extending_events": ["page_view", "ping", "Étage'd"],
        "ending_events": ["logout", "ping"],
        "source_change": "none",
    },
}


@pytest.fixture(scope="module")
def loaded(project):
    project.write_sites(SITES)
    project.load(random_events(SEED, EVENT_COUNT))
    return project


@pytest.mark.parametrize("overrides", OVERRIDES.values(), ids=OVERRIDES.keys())
def test_dbt_agrees_with_the_reference(loaded, overrides):
    loaded.rebuild(variables={"session_rule_overrides": overrides})
    outcome = sessionize(random_events(SEED, EVENT_COUNT), settings(loaded, overrides))

    assert built_exclusions(loaded) == dict(outcome.exclusions), reproduce()
    assert not differences(built_events(loaded), outcome.events), reproduce()
    assert not differences(built_sessions(loaded), outcome.sessions), reproduce()


def reproduce():
    return f"SESSIONS_TEST_SEED={SEED} makes the same events again"


def settings(project, overrides):
    names = ("site_id", "domain", "time_zone", "currency")
    return Settings(
        rules=STANDARD | overrides,
        rule_set=rule_set(overrides),
        sites=[dict(zip(names, row, strict=True)) for row in SITES],
        referrer_sites=read_seed(project.folder / "seeds" / "referrer_sites.csv"),
    )


def rule_set(overrides):
    words = [f"{key}={as_typed(value)}" for key, value in sorted(overrides.items())]
    return " ".join(["standard", *words])


def as_typed(value):
    if isinstance(value, dict):
        pairs = (f"{key}: {as_typed(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    return "null" if value is None else str(value)


def read_seed(path: Path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def built_exclusions(project):
    rows = project.query("from fct_event_exclusions")
    counts = defaultdict(int)
    for row in rows:
        counts[row["site_id"], row["local_day"], row["reason"]] += row["event_count"]
    return dict(counts)


def built_events(project):
    columns = (
        "session_id, event_number, seconds_since_previous::double as "
        "seconds_since_previous, seconds_on_page::double as seconds_on_page, "
        "is_landing, is_exit"
    )
    rows = project.query(f"select site_id, event_id, {columns} from fct_events")
    return {(row.pop("site_id"), row.pop("event_id")): row for row in rows}


def built_sessions(project):
    rows = project.query(
        "select * replace (duration_seconds::double as duration_seconds) "
        "from fct_sessions"
    )
    return {row["session_id"]: row for row in rows}


def differences(built, expected, most=5):
    """The first rows that differ, column by column: (key, column, built, expected)."""
    found = []
    for key in sorted(built.keys() | expected.keys(), key=str):
        left, right = built.get(key), expected.get(key)
        if left is None or right is None:
            found.append((key, "missing in", "dbt" if left is None else "reference"))
            continue
        for column in left.keys() | right.keys():
            if left.get(column, "absent") != right.get(column, "absent"):
                found.append((key, column, left.get(column), right.get(column)))
        if len(found) > most:
            break
    return found[:most]

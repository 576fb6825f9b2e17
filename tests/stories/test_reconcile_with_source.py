"""analyses/reconcile_with_source.sql: what explains the difference between sessions and
those of the tracker, counted by hand, and to the last one on random events."""

from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from building import WITHOUT_LAWS
from chance import SEED

MINUTE = timedelta(minutes=1)
NUMBERS = count(1)

# Midnight in Berlin is at eleven in the evening, UTC.
MIDNIGHT = datetime(2026, 3, 2, 23)

# Visitors, minutes until midnight, ids of the tracker's session, and tagged links.
BY_HAND = [
    # a session of the tracker that is three of ours
    ("ana", -900, "1", None),
    ("ana", -890, "1", "newsletter"),
    ("ana", -840, "1", None),
    # one that goes on after midnight, where it counts again
    ("ben", -10, "1", None),
    ("ben", 10, "1", None),
    # two of them in one session of ours; the second comes back a day later
    ("cem", -700, "1", None),
    ("cem", -695, "2", None),
    ("cem", -694, "1", None),
    ("cem", 900, "2", None),
    # one that begins after the first event of a session, and a session without
    ("dot", -600, None, None),
    ("dot", -595, "1", None),
    ("eve", -500, None, None),
]
EXPLAINED = [
    {
        **{"session_count": 7, "source_session_count": 5, "difference": 2},
        **{"split_by_source_change": 1, "split_by_timeout": 1},
        **{"without_source_session": 2, "joined_source_sessions": -2},
    },
    {
        **{"session_count": 2, "source_session_count": 2},
        **{"split_by_midnight": 1, "split_by_timeout": 1},
        **{"continued_source_sessions": -2},
    },
]


def event(site_id, visitor_id, event_at, source_session_id, traffic_source):
    return {
        "event_id": f"event {next(NUMBERS)}",
        "site_id": site_id,
        "visitor_id": visitor_id,
        "event_name": "page_view",
        "event_at": event_at,
        "loaded_at": MIDNIGHT + timedelta(days=30),
        "source_session_id": source_session_id,
        "traffic_source": traffic_source,
    }


def random_events(chance):
    """Visitors over several days, whose sessions a tracker splits after half an hour
    without an event and nowhere else; some of its ids are lost."""
    for visitor in range(60):
        event_at = MIDNIGHT + timedelta(minutes=chance.randrange(-600, 600))
        source_session_id = 1
        for _ in range(chance.randrange(1, 30)):
            yield event(
                "random",
                f"visitor {visitor}",
                event_at,
                None if chance.random() < 0.1 else str(source_session_id),
                chance.choice([None, None, None, "google", "newsletter"]),
            )
            silence = chance.choice([1, 10, 29, 30, 31, 300]) * MINUTE
            source_session_id += silence >= 30 * MINUTE
            event_at += silence


@pytest.fixture(scope="module")
def days(project):
    """The rows of the analysis by site, in order."""
    project.write_sites([("hand", "hand.example", "Europe/Berlin", "EUR")])
    by_hand = [
        event("hand", visitor, MIDNIGHT + minutes * MINUTE, source_session_id, source)
        for visitor, minutes, source_session_id, source in BY_HAND
    ]
    project.load([*by_hand, *random_events(Random(SEED))])
    project.build(*WITHOUT_LAWS)
    outcome = project.dbt("compile", "--select", "reconcile_with_source")
    (result,) = outcome.result
    rows = project.query(result.node.compiled_code)
    return {
        site: [row for row in rows if row["site_id"] == site]
        for site in ("hand", "random")
    }


def test_the_difference_is_explained_as_by_hand(days):
    assert [
        {name: value for name, value in row.items() if value and not is_key(name)}
        for row in days["hand"]
    ] == EXPLAINED


def test_explanations_of_random_events_add_up(days, project):
    counted = {
        (row["session_date"], row["side"]): row["session_count"]
        for row in project.query(
            """
            select session_date, 'ours' as side, count(*) as session_count
            from fct_sessions where site_id = 'random' group by session_date
            union all
            select event_date, 'theirs', count(distinct (visitor_id, source_session_id))
            from fct_events
            where site_id = 'random' and source_session_id is not null
            group by event_date
            """
        )
    }

    for row in days["random"]:
        day = row["session_date"]
        assert row["session_count"] == counted.get((day, "ours"), 0)
        assert row["source_session_count"] == counted.get((day, "theirs"), 0)
        assert row["difference"] == row["session_count"] - row["source_session_count"]
        assert row["difference"] == sum(explanations(row).values())
    assert {row["session_date"] for row in days["random"]} == {
        day for day, _ in counted
    }


def test_random_events_have_every_explanation_of_the_rules(days):
    explained = {
        name
        for row in days["random"]
        for name, value in explanations(row).items()
        if value
    }

    assert explained == {
        *["split_by_midnight", "split_by_source_change", "without_source_session"],
        *["joined_source_sessions", "continued_source_sessions"],
    }


def is_key(name):
    return name in ("site_id", "session_date")


def explanations(row):
    counts = ("session_count", "source_session_count", "difference")
    return {
        name: value
        for name, value in row.items()
        if name not in counts and not is_key(name)
    }

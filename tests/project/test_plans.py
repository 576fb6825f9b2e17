"""No model takes more sorts, joins, aggregates or scans than plans.csv says.

Seconds depend on the machine and on who else works on it; plans do not. In plans.csv,
rows_read is how often a day's batch, after 60 days, reads the rows of a long table: 1
is one scan of all of it, 0.07 one of its last day. Where that is more, a column or two
are searched for redelivered events, for the visitors, orders and persons that the day
changes, or for the newest batch.
"""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import plans
import pytest
from plans import BATCH, FULL, Plan, ProfiledProject, changes

FILE = Path(__file__).with_name("plans.csv")
WRITE = (
    "SESSIONS_TEST_WRITE_PLANS=1 .venv/bin/python -m pytest tests/project/test_plans.py"
)
SEED, EVENTS, DAYS = 1, 30_000, 60
HISTORY_ENDS = "2026-05-01 04:00"  # the shop's midnight after these days, in UTC

# Of a table's rows. Another scan of the whole, or one that no longer skips the history,
# adds almost 1. Row groups that a scan cannot skip depend on the events, and add less.
TOLERANCE = 0.4

# Many columns of an event are read for the islands of the day alone: of one day in
# sixty, in row groups of four days each, and of events that came late. A batch that
# reads more than this looks for its events in the history.
EVENT_TABLES = ["int_events_enriched", "int_events_sessionized", "fct_events"]
WIDE, WIDE_SHARE = 6, 0.3


@pytest.fixture(scope="module")
def found(project_with_profiles, tmp_path_factory):
    """The plans of a full refresh and of a batch."""
    sample = tmp_path_factory.mktemp("sample") / "events.parquet"
    plans.make_sample(sample, SEED, EVENTS, DAYS)
    return plans.plans_of(project_with_profiles, sample, HISTORY_ENDS)


@pytest.fixture(scope="module")
def project_with_profiles(tmp_path_factory):
    return ProfiledProject(tmp_path_factory.mktemp("project") / "copy")


def test_no_plan_has_grown_or_shrunk(found):
    if os.environ.get("SESSIONS_TEST_WRITE_PLANS"):
        plans.write(FILE, found)
        pytest.skip(f"{FILE.name} is written; its difference says what changed")
    grown, shrunk = changes(plans.read(FILE), found, TOLERANCE)
    told = []
    if grown:
        told += ["Models take more than plans.csv says:", *grown]
    if shrunk:
        told += ["Models take less, which plans.csv should hold on to:", *shrunk]

    assert not told, "\n".join([*told, f"Where it is meant, write it anew: {WRITE}"])


def test_a_batch_reads_whole_rows_of_few_events(found):
    scans = [
        (model, *scan)
        for (model, run), plan in found.items()
        if run == BATCH
        for scan in plan.each_scan
        if scan[0] in EVENT_TABLES and scan[1] >= WIDE
    ]

    assert len(scans) > 3
    assert not [scan for scan in scans if scan[-1] > WIDE_SHARE]


def test_the_file_says_what_was_found(found, tmp_path):
    plans.write(tmp_path / "plans.csv", found)

    written = plans.read(tmp_path / "plans.csv")
    assert changes(written, found, 0.005) == ([], [])
    assert {run for _, run in written} == {FULL, BATCH}


def test_what_grew_is_told_from_what_shrank():
    before = Plan(Counter(sorts=3), Counter(fct_orders=1), {"fct_orders": 0.1})
    after = Plan(Counter(sorts=2), Counter(fct_orders=2), {"fct_orders": 1.1})
    key = "fct_sessions", BATCH

    assert changes({key: before}, {key: after}, TOLERANCE) == (
        [
            "fct_sessions, batch: scans of fct_orders from 1 to 2",
            "fct_sessions, batch: rows_read of fct_orders from 0.1 to 1.1",
        ],
        ["fct_sessions, batch: sorts from 3 to 2"],
    )
    within = replace(before, rows_read={"fct_orders": 0.4})
    assert changes({key: before}, {key: within}, TOLERANCE) == ([], [])
    assert changes({}, {key: before}, TOLERANCE) == (
        ["fct_sessions, batch: not in the file"],
        [],
    )

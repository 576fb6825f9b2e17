"""A loader that breaks its one condition, that no row arrives with an older loaded_at
than one already built, is caught: a law names the rows."""

from datetime import datetime, timedelta

import duckdb
import pytest
from building import WITHOUT_LAWS, messages
from full_refresh import Refreshed

LAW = "every_raw_row_is_built_once"

MORNING = datetime(2026, 3, 1, 9)
NEWEST = MORNING + timedelta(hours=3)


def test_all_that_arrived_in_time_is_built(shop):
    assert offenders(shop) == []


def test_rows_that_arrive_after_a_build_wait_for_the_next(shop):
    shop.append([event("newer", loaded_at=NEWEST + timedelta(microseconds=1))])
    assert offenders(shop) == []

    shop.build(*WITHOUT_LAWS)
    assert_equals_a_full_refresh(shop)


def test_a_row_with_an_older_delivery_is_named(shop):
    shop.append(
        [
            event("late", loaded_at=NEWEST - timedelta(microseconds=1)),
            event("very late", loaded_at=MORNING - timedelta(days=60)),
            event("newer", loaded_at=NEWEST + timedelta(days=1)),
        ]
    )
    expected = [("late", 1, 0), ("very late", 1, 0)]
    assert offenders(shop) == expected

    assert not build_with_laws(shop).success
    assert offenders(shop) == expected

    shop.rebuild(*WITHOUT_LAWS)
    assert_equals_a_full_refresh(shop)


def test_a_late_row_beside_rows_of_its_moment_is_named_alone(shop):
    shop.append([event("late", loaded_at=MORNING + timedelta(minutes=1))])

    assert offenders(shop) == [("late", 1, 0)]


def test_a_late_copy_of_a_built_row_is_named(shop):
    shop.append([event("a")])

    assert offenders(shop) == [("a", 2, 1)]


def test_a_row_that_is_taken_away_is_named(shop):
    change(shop, "delete from raw.events where event_id = 'b'")
    assert offenders(shop) == [("b", 0, 1)]

    assert not build_with_laws(shop).success
    assert offenders(shop) == [("b", 0, 1)]

    shop.rebuild(*WITHOUT_LAWS)
    assert_equals_a_full_refresh(shop)


def test_a_row_that_is_taken_away_leaves_all_tables_after_the_first(shop):
    change(shop, "delete from raw.events where event_id = 'c'")
    outcome = shop.dbt("run", "--full-refresh", "--select", "int_events_enriched")
    assert outcome.success, messages(outcome)

    shop.build(*WITHOUT_LAWS)
    assert_equals_a_full_refresh(shop)


def test_an_emptied_raw_table_is_noticed(shop):
    change(shop, "delete from raw.events")

    assert [row[1:] for row in offenders(shop)] == [(0, 1)] * 4


# ------------------------------------------------------------------------ what is built


@pytest.fixture(scope="module")
def project(project):
    """A copy of the project whose build holds four raw rows."""
    project.load(
        [
            event("a"),
            event("b", event_at=MORNING + timedelta(minutes=20)),
            event("c", event_at=MORNING + timedelta(hours=2), loaded_at=NEWEST),
            event("bad", visitor_id=None),
        ]
    )
    project.build()
    return project


@pytest.fixture
def shop(project):
    """The project, and as it was when the test ends."""
    kept = project.database.read_bytes()
    yield project
    project.database.write_bytes(kept)


def event(event_id, **columns):
    return {
        "event_id": event_id,
        "visitor_id": "ana",
        "event_name": "page_view",
        "event_at": MORNING,
        "loaded_at": MORNING + timedelta(minutes=1),
    } | columns


def change(project, sql):
    with duckdb.connect(project.database) as connection:
        connection.execute(sql)


def build_with_laws(project):
    """The outcome of a build with its laws, and without the tests of columns."""
    return project.dbt("build", "--exclude", "test_type:unit", "test_type:generic")


def offenders(project):
    """What the law says: (event_id, times in the raw table, times in the build)."""
    outcome = project.dbt("test", "--select", LAW)
    (law,) = [result for result in outcome.result if result.node.name == LAW]
    rows = project.query(f"from ({law.node.compiled_code}) as law order by event_id")

    assert outcome.success == (rows == [])
    return [
        (row["event_id"], row["raw_row_count"], row["built_row_count"]) for row in rows
    ]


def assert_equals_a_full_refresh(project):
    different = Refreshed(project).differences()
    assert not different, different


def test_rows_of_the_newest_moment_wait_for_the_next_build_too(shop):
    shop.append([event("as new", loaded_at=NEWEST), event("undated", loaded_at=None)])
    assert offenders(shop) == []

    shop.build(*WITHOUT_LAWS)
    assert_equals_a_full_refresh(shop)


def test_a_late_row_keeps_no_newer_one_from_the_marts(shop):
    late = event("late", loaded_at=NEWEST - timedelta(days=1))
    newer = event("newer", visitor_id="newer", loaded_at=NEWEST + timedelta(hours=1))
    shop.append([late, newer])
    outcome = build_with_laws(shop)

    assert not outcome.success
    assert "every_raw_row_is_built_once" in messages(outcome)
    assert shop.query("from fct_sessions where visitor_id = 'newer'")

"""A loader that breaks a condition is caught: no row arrives with an older loaded_at
than one already built, or with one in the future, and none changes in place. Laws name
the rows."""

from datetime import datetime, timedelta

import duckdb
import pytest
from building import WITHOUT_LAWS, messages
from chance import slow_but
from full_refresh import assert_refreshed

pytestmark = pytest.mark.without_groups

LAW = "every_raw_row_is_built_once"
LAW_OF_CONTENTS = "raw_rows_stay_as_they_are"
LAW_OF_CLOCKS = "no_row_is_loaded_in_the_future"

MORNING = datetime(2026, 3, 1, 9)
NEWEST = MORNING + timedelta(hours=3)


@pytest.mark.slow
def test_all_that_arrived_in_time_is_built(shop):
    assert offenders(shop) == []


@pytest.mark.slow
def test_rows_that_arrive_after_a_build_wait_for_the_next(shop):
    shop.append([event("newer", loaded_at=NEWEST + timedelta(microseconds=1))])
    assert offenders(shop) == []

    shop.build(*WITHOUT_LAWS)
    assert_refreshed(shop)


@pytest.mark.slow
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
    assert_refreshed(shop)


def test_a_late_row_beside_rows_of_its_instant_is_named_alone(shop):
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
    assert_refreshed(shop)


@pytest.mark.slow
def test_a_row_that_is_taken_away_leaves_all_tables_after_the_first(shop):
    change(shop, "delete from raw.events where event_id = 'c'")
    outcome = shop.dbt("run", "--full-refresh", "--select", "int_events_enriched")
    assert outcome.success, messages(outcome)

    shop.build(*WITHOUT_LAWS)
    assert_refreshed(shop)


def test_an_emptied_raw_table_is_noticed(shop):
    change(shop, "delete from raw.events")

    assert [row[1:] for row in offenders(shop)] == [(0, 1)] * 4


CHANGES_IN_PLACE = [
    "event_at = event_at + interval 1 microsecond",
    "event_id = 'another'",
    "event_name = 'click'",
    "revenue = 0.01",
]


@pytest.mark.parametrize(
    "change_in_place",
    slow_but(CHANGES_IN_PLACE[:1], CHANGES_IN_PLACE),
)
def test_a_row_that_changes_in_place_is_named_as_it_was(shop, change_in_place):
    change(shop, f"update raw.events set {change_in_place} where event_id = 'b'")

    assert offenders(shop) == []
    (row,) = rows_of_law(shop, LAW_OF_CONTENTS)
    assert (row["event_id"], row["event_name"]) == ("b", "page_view")

    shop.rebuild(*WITHOUT_LAWS)
    assert rows_of_law(shop, LAW_OF_CONTENTS) == []


@pytest.mark.slow
def test_rows_older_than_what_is_compared_may_change(shop):
    shop.append([event("newer", loaded_at=NEWEST + timedelta(days=3))])
    shop.build(*WITHOUT_LAWS)
    change(shop, "update raw.events set revenue = 0.01 where event_id in ('b', 'c')")

    found = rows_of_law(shop, LAW_OF_CONTENTS, {"test_scope": "recent"})
    assert [row["event_id"] for row in found] == ["c"]
    found = rows_of_law(shop, LAW_OF_CONTENTS)
    assert [row["event_id"] for row in found] == ["b", "c"]


@pytest.mark.slow
def test_a_raw_table_may_be_trimmed_from_its_oldest_rows_on(shop):
    before = shop.query("from fct_sessions")
    change(shop, f"delete from raw.events where loaded_at < '{NEWEST}'")

    assert offenders(shop) == []
    assert rows_of_law(shop, LAW_OF_CONTENTS) == []

    shop.append([event("newer", loaded_at=NEWEST + timedelta(hours=1))])
    shop.build(*WITHOUT_LAWS)
    after = shop.query("from fct_sessions")
    assert len(after) == len(before)
    assert sum(row["event_count"] for row in after) == 4


def test_a_row_from_the_future_waits_and_hides_no_other(shop):
    shop.append([event("from the future", loaded_at=datetime(2962, 1, 1))])
    shop.build(*WITHOUT_LAWS)
    shop.append([event("newer", loaded_at=NEWEST + timedelta(days=1))])
    shop.build(*WITHOUT_LAWS)

    assert_refreshed(shop)
    built = {row["event_id"] for row in shop.query("from fct_events")}
    assert "newer" in built and "from the future" not in built
    assert offenders(shop) == []
    assert [
        (row["event_id"], row["loaded_at"]) for row in rows_of_law(shop, LAW_OF_CLOCKS)
    ] == [("from the future", datetime(2962, 1, 1))]


@pytest.mark.slow
def test_a_row_from_the_future_is_read_when_its_time_has_come(shop):
    shop.append([event("soon", loaded_at=datetime(2962, 1, 1))])
    shop.build(*WITHOUT_LAWS)
    # As if time had passed: what arrives next is newer than all that is built.
    change(
        shop,
        f"update raw.events set loaded_at = '{NEWEST + timedelta(days=2)}' "
        "where event_id = 'soon'",
    )
    shop.build(*WITHOUT_LAWS)

    assert_refreshed(shop)
    assert shop.query("from fct_events where event_id = 'soon'")


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
    with project.put_back():
        yield project


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
    return [
        (row["event_id"], row["raw_row_count"], row["built_row_count"])
        for row in rows_of_law(project, LAW)
    ]


def rows_of_law(project, name, variables=None):
    """The rows that a law selects, by event_id. It reports them, if there are any."""
    outcome = project.dbt("test", "--select", name, variables=variables)
    (law,) = [result for result in outcome.result if result.node.name == name]
    rows = project.query(f"from ({law.node.compiled_code}) as law order by event_id")

    assert (law.status == "pass") == (rows == [])
    return rows


def test_rows_of_the_newest_instant_wait_for_the_next_build_too(shop):
    shop.append([event("as new", loaded_at=NEWEST), event("undated", loaded_at=None)])
    assert offenders(shop) == []

    shop.build(*WITHOUT_LAWS)
    assert_refreshed(shop)


def test_a_late_row_keeps_no_newer_one_from_the_marts(shop):
    late = event("late", loaded_at=NEWEST - timedelta(days=1))
    newer = event("newer", visitor_id="newer", loaded_at=NEWEST + timedelta(hours=1))
    shop.append([late, newer])
    outcome = build_with_laws(shop)

    assert not outcome.success
    assert "every_raw_row_is_built_once" in messages(outcome)
    assert shop.query("from fct_sessions where visitor_id = 'newer'")

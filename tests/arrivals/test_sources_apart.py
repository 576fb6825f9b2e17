"""Sources that do not keep step: each has a watermark of its own, and in whatever order
their rows arrive, the tables are those of a full refresh."""

from datetime import datetime, timedelta

import pytest
from building import WITHOUT_LAWS
from full_refresh import assert_refreshed, written_rows

pytestmark = pytest.mark.without_groups

MORNING = datetime(2026, 3, 1, 9)
HOUR = timedelta(hours=1)


@pytest.fixture
def shop(fresh_project):
    """Events a and b of the web, which is built up to noon."""
    fresh_project.load([event("a"), event("b", loaded_at=MORNING + 3 * HOUR)])
    fresh_project.build(*WITHOUT_LAWS)
    return fresh_project


def test_rows_of_a_source_that_is_behind_are_built(shop):
    shop.append([event("c", "till"), event("d", "till", loaded_at=MORNING + HOUR)])
    build(shop)
    assert kept(shop) == {"a": "web", "b": "web", "c": "till", "d": "till"}

    # two of the newest instant, where the till had one
    shop.append([event("e", "till", loaded_at=MORNING + HOUR)])
    build(shop)
    assert kept(shop)["e"] == "till"
    assert shop.query(
        "select event_source, newest_loaded_at, newest_row_count "
        "from int_watermarks where invocation_id = ("
        "select arg_max(invocation_id, entry_number) from int_builds "
        "where model_name = 'int_events_enriched') "
        "order by event_source"
    ) == [
        {
            "event_source": "till",
            "newest_loaded_at": MORNING + HOUR,
            "newest_row_count": 2,
        },
        {
            "event_source": "web",
            "newest_loaded_at": MORNING + 3 * HOUR,
            "newest_row_count": 1,
        },
    ]


@pytest.mark.slow
def test_sites_with_the_same_ids_stay_apart(shop):
    shop.append([event("a", "till") | {"site_id": "till"}])
    build(shop)
    sessions = shop.query(
        "select site_id, visitor_id, event_count from fct_sessions order by site_id"
    )
    assert [tuple(session.values()) for session in sessions] == [
        ("default", "ana", 2),
        ("till", "ana", 1),
    ]


@pytest.mark.slow
def test_the_first_delivery_stays_though_it_is_read_last(shop):
    visitor = "ben"
    shop.append([event("b", "till", visitor, loaded_at=MORNING + 2 * HOUR)])
    build(shop)
    assert kept(shop) == {"a": "web", "b": "till"}
    (session,) = shop.query(f"from fct_sessions where visitor_id = '{visitor}'")
    assert session["event_count"] == 1

    # a third source was before both
    shop.append([event("b", "app", loaded_at=MORNING + HOUR)])
    build(shop)
    assert kept(shop) == {"a": "web", "b": "app"}


@pytest.mark.slow
def test_of_one_instant_the_smaller_source_stays(shop):
    shop.append([event("b", "app", loaded_at=MORNING + 3 * HOUR)])
    build(shop)
    assert kept(shop) == {"a": "web", "b": "app"}

    shop.append([event("a", "x", loaded_at=MORNING)])
    build(shop)
    assert kept(shop) == {"a": "web", "b": "app"}


@pytest.mark.slow
def test_undated_rows_are_counted_by_source(shop):
    shop.append([event("c", "till", loaded_at=None), event("d", loaded_at=None)])
    build(shop)
    shop.append([event("e", "till", loaded_at=None)])
    build(shop)
    (invalid,) = shop.query(
        "select sum(event_count) as number from fct_event_exclusions "
        "where reason = 'invalid'"
    )
    assert invalid["number"] == 3


@pytest.mark.slow
def test_a_row_without_a_source_is_of_its_folder(shop):
    shop.append([event("c", None)])
    build(shop)
    assert kept(shop)["c"] == "generic"


@pytest.mark.slow
def test_a_build_with_nothing_new_of_any_source_writes_nothing(shop):
    shop.append([event("c", "till"), event("d", "till", loaded_at=None)])
    build(shop)
    before = written_rows(shop)
    build(shop)
    assert written_rows(shop) == before


@pytest.mark.slow
def test_what_the_last_build_worked_on_can_be_looked_at(shop):
    assert new_events(shop) == []

    shop.append([event("c", "till")])
    build(shop)
    assert new_events(shop) == ["c"]

    build(shop)
    assert new_events(shop) == []


def build(shop):
    """A build, with the law of raw rows, that makes what a full refresh would."""
    shop.build("--exclude", "test_type:generic")
    assert_refreshed(shop)


def kept(shop):
    """The source that each event of fct_events is kept from, by event_id."""
    rows = shop.query("select event_id, event_source from fct_events")
    return {row["event_id"]: row["event_source"] for row in rows}


def new_events(shop):
    rows = shop.query("select event_id from int_events_new order by event_id")
    return [row["event_id"] for row in rows]


def event(event_id, source="web", visitor_id="ana", loaded_at=MORNING):
    return {
        "event_id": event_id,
        "event_source": source,
        "visitor_id": visitor_id,
        "event_name": "page_view",
        "event_at": MORNING - HOUR,
        "page_url": "https://shop.example/",
        "loaded_at": loaded_at,
    }

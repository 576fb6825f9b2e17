"""agg_build_log has a row per build and source, and one of the build as a whole."""

from datetime import datetime, timedelta

import pytest
from building import WITHOUT_LAWS
from full_refresh import written_rows

TEN = datetime(2026, 3, 2, 10)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
REASONS = (
    "invalid_count - duplicate_count - future_count - no_consent_count - bot_count "
    "- internal_count - no_session_count"
)


def event(visitor, minute, source="web", loaded=100, **columns):
    """A page view of a visitor, so many minutes after ten; loaded: the same."""
    return {
        "event_id": f"{visitor} {minute}",
        "visitor_id": visitor,
        "event_name": "page_view",
        "event_at": TEN + timedelta(minutes=minute),
        "loaded_at": TEN + timedelta(minutes=loaded),
        "page_url": "https://shop.example/",
        "event_source": source,
    } | columns


def logged(project):
    """The rows of the newest build by source, without what is null or 0."""
    rows = project.query("select * from agg_build_log")
    newest = max(row["started_at"] for row in rows)
    left_out = {"invocation_id", "started_at", "seconds", "event_source"}
    return {
        row["event_source"]: {
            name: value
            for name, value in row.items()
            if name not in left_out and value not in (None, 0)
        }
        for row in rows
        if row["started_at"] == newest
        # a killed build has no time of its own
        and (row["event_source"] is not None or (row["seconds"] or 0) > 0)
    }


@pytest.mark.slow
def test_a_build_logs_what_it_has_read_and_changed(fresh_project):
    assert_logged(fresh_project, written_rows)


def assert_logged(project, written):
    """Build several times, with the counts by hand.

    written: returns what changes when rows of a table are written.
    """
    # three sessions of one event each, one of two; two silences of forty minutes
    first = [event("ana", 0), event("ana", 40), event("ben", 0)]
    first += [event("cem", 0), event("cem", 10)]
    project.load(
        [
            *first,
            event("ana", 0, loaded=101),
            event("crawler", 5, user_agent=BOT),
        ]
    )
    project.build(*WITHOUT_LAWS)
    assert logged(project) == {
        "web": {
            **{"read_count": 7, "kept_count": 5, "excluded_count": 2},
            **{"duplicate_count": 1, "bot_count": 1},
            "newest_event_at": TEN + timedelta(minutes=40),
        },
        None: {"is_full_refresh": True, "island_count": 4, "session_added_count": 4},
    }

    # ana's second session is joined to the first, a campaign opens another of cem's
    tagged = "https://shop.example/?utm_source=ads&utm_medium=cpc"
    project.append(
        [
            event("ana", 20, loaded=200),
            event("cem", 5, loaded=200, page_url=tagged),
            event("dora", 90, loaded=200),
            event(None, 7, "till", loaded=200),
        ]
    )
    project.build(*WITHOUT_LAWS)
    second = {
        "web": {
            **{"read_count": 3, "kept_count": 3},
            "oldest_late_event_at": TEN + timedelta(minutes=5),
            "newest_event_at": TEN + timedelta(minutes=90),
        },
        "till": {"read_count": 1, "excluded_count": 1, "invalid_count": 1},
        None: {
            **{"island_count": 3, "session_added_count": 2},
            **{"session_changed_count": 2, "session_removed_count": 1},
        },
    }
    assert logged(project) == second

    # a build with nothing new has its rows too, and changes no other table
    before = written(project)
    project.build(*WITHOUT_LAWS)
    assert logged(project) == {"web": {}, "till": {}, None: {}}
    assert written(project) == before

    # what a killed build has written is in the row of the next
    project.execute(
        "delete from agg_build_log where invocation_id in (select invocation_id "
        "from agg_build_log where session_removed_count = 1)"
    )
    project.build(*WITHOUT_LAWS)
    assert logged(project) == second

    # a full refresh counts what is there: the log itself stays
    project.rebuild(*WITHOUT_LAWS)
    assert logged(project) == {
        "web": {
            **{"read_count": 10, "kept_count": 8, "excluded_count": 2},
            **{"duplicate_count": 1, "bot_count": 1},
            "newest_event_at": TEN + timedelta(minutes=90),
        },
        "till": {"read_count": 1, "excluded_count": 1, "invalid_count": 1},
        None: {"is_full_refresh": True, "island_count": 4, "session_added_count": 5},
    }
    assert project.query(
        "select count(distinct invocation_id) as builds, count(seconds) as timed, "
        "sum(read_count - kept_count - excluded_count) as unexplained, "
        f"sum(excluded_count - {REASONS}) as without_reason from agg_build_log"
    ) == [{"builds": 5, "timed": 4, "unexplained": 0, "without_reason": 0}]

"""Data tests warn of a site's newest full day with an unusual number of sessions or
exclusions, and of a source that is late, and dbt says what to do."""

from datetime import datetime, timedelta

import pytest
from building import WITHOUT_LAWS, messages

pytestmark = pytest.mark.without_groups

# a Monday; the day after it is not over
NEWEST = datetime(2026, 3, 30, 8)
DAY = timedelta(days=1)
LAWS = [
    "volume_is_usual_for_its_weekday",
    "exclusions_are_as_many_as_usual",
    "sources_arrive_as_often_as_usual",
]


def site(name, counts, excluded=(), newest=20):
    """Five weeks of a site: so many visits on weekdays ago, and half of it on Sundays.

    counts: visits by the number of days before the newest full day; newest for it.
    excluded: the same for events later than their load by an hour, of visitors else.
    """
    events = []
    for ago in range(-1, 36):
        at = NEWEST - ago * DAY
        visits = newest if ago == 0 else dict(counts).get(ago, 20)
        visits = (
            visits // 2 if at.weekday() == 6 and ago not in dict(counts) else visits
        )
        late = dict(excluded).get(ago, 1)
        for number in range(visits + late):
            happened_at = at + timedelta(minutes=number)
            loaded_at = happened_at + timedelta(seconds=5)
            if number >= visits:
                loaded_at = happened_at - timedelta(hours=3)
            events.append(
                {
                    "event_id": f"{name} {ago} {number}",
                    "site_id": name,
                    "visitor_id": f"{name} {ago} {number}",
                    "event_name": "page_view",
                    "event_at": happened_at,
                    "loaded_at": loaded_at,
                    "page_url": "https://shop.example/",
                }
            )
    return events


@pytest.fixture(scope="module")
def shop(project):
    project.load(
        [
            *site("usual", {}),
            *site("quiet", {}, newest=3),
            *site("busy", {}, newest=60),
            # as on one of the Mondays before; of two sessions one is chance
            *site("busy before", {14: 55}, newest=60),
            *site("quiet before", {7: 3}, newest=3),
            *site("small", dict.fromkeys(range(1, 36), 4), newest=1),
            # the least of Mondays was the site's first
            *[
                e
                for e in site("young", {}, newest=3)
                if e["event_at"] > NEWEST - 10 * DAY
            ],
            *[e for e in site("gone", {}) if e["event_at"] < NEWEST - DAY / 2],
            # three times the share of the worst day, and one and a half times
            *site("wrong clock", {}, {3: 5, 0: 30}),
            *site("wrong before", {}, {3: 20, 0: 30}),
        ]
    )
    project.build(*WITHOUT_LAWS)
    return project


def found(project, law):
    outcome = project.dbt("test", "--select", law)
    assert outcome.success, messages(outcome)
    [result] = [r for r in outcome.result.results if r.node.name == law]
    return result, project.query(result.node.compiled_code)


def test_a_day_with_unusual_sessions_is_found(shop):
    result, rows = found(shop, "volume_is_usual_for_its_weekday")

    assert {
        row["site_id"]: (row["session_count"], row["fewest_before"], row["most_before"])
        for row in rows
    } == {"quiet": (3, 20, 20), "busy": (60, 20, 20), "gone": (0, 20, 20)}
    assert {row["session_date"] for row in rows} == {NEWEST.date()}

    # dbt says what the rows are and what to do
    assert result.status == "warn"
    assert "Got 3 results, configured to warn if != 0 /* Sites whose" in result.message
    assert "ask what has changed" in result.message


def test_a_day_that_ends_in_the_middle_is_not_looked_at(shop):
    """A Sunday as all others comes before it."""
    with shop.put_back():
        for table in ["fct_sessions", "agg_sessions_daily", "fct_event_exclusions"]:
            day = "event_date" if table == "fct_event_exclusions" else "session_date"
            shop.execute(f"delete from {table} where {day} > '{NEWEST.date()}'")

        assert found(shop, "volume_is_usual_for_its_weekday")[1] == []
        assert found(shop, "exclusions_are_as_many_as_usual")[1] == []


def test_a_day_with_unusual_exclusions_is_found(shop):
    result, rows = found(shop, "exclusions_are_as_many_as_usual")

    assert [
        (row["site_id"], row["reason"], row["excluded_count"], row["percent_excluded"])
        for row in rows
    ] == [("wrong clock", "future", 30, 60.0)]
    assert result.status == "warn"


def test_a_source_that_is_late_is_found(shop):
    """By the builds that the log has: every day, on weekdays, and not for ten times."""
    builds = []
    for day in range(30):
        at = NEWEST + day * DAY
        arrived = {
            "daily": day < 27,
            "on time": True,
            "on weekdays": at.weekday() < 5 and day < 26,
            "new": day in (5, 10),
        }
        for source, has_come in arrived.items():
            newest = f"timestamp '{at}'" if has_come else "null"
            builds.append(f"('{day}', timestamp '{at}', '{source}', {newest})")
    with shop.put_back():
        shop.execute("delete from agg_build_log")
        shop.execute(
            "insert into agg_build_log "
            "(invocation_id, started_at, event_source, newest_event_at) "
            f"values {', '.join(builds)}"
        )
        result, rows = found(shop, "sources_arrive_as_often_as_usual")

    assert [
        (row["event_source"], row["hours_without_events"], row["longest_hours_before"])
        for row in rows
    ] == [("daily", 72, 24)]
    assert result.status == "warn"

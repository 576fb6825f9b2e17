"""dbt agrees with every story under tests/scenarios, each sessionized by hand.

A story is a CSV: one event a line, in the order of time, of one visitor unless the
column visitor_id says otherwise. Columns of raw.events mean themselves; the others:

- event_at is UTC; local_time, where given, is what clocks at the site show, and checked
- session is the number of the session, empty for an event that belongs to none
- because is the reason on the event that starts a session, or why it is excluded
- source, where there is such a column, is the traffic source of the event's session
- time_zone, where given on the first line, is the site's; UTC otherwise

A folder is named after its preset; one whose rules differ says its dbt variables in
variables.json.
"""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import RAW_COLUMNS, Project

FOLDER = Path(__file__).parent / "scenarios"
STORIES = sorted(FOLDER.glob("*/*.csv"))


@pytest.mark.parametrize("story", STORIES, ids=lambda s: f"{s.parent.name}/{s.stem}")
def test_story(story, sessionized):
    lines = read(story)

    assert sessionized(story) == [told(line) for line in lines]


def told(line):
    """What a line of a story says of its event, by the columns that it has."""
    return {
        name: line[name] or None
        for name in ("session", "because", "source", "local_time")
        if name in line
    }


def read(story):
    with open(story, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sessionized(tmp_path_factory):
    """Build all stories of a folder at once, each on a site of its own, and answer for
    one story what became of its events, in the words of the story."""
    built = {}

    def what_became_of(story):
        folder = story.parent
        if folder not in built:
            built[folder] = None
            project = Project(tmp_path_factory.mktemp(folder.name) / "copy")
            built[folder] = build(project, folder)
        assert built[folder], "the folder did not build: see its first story"
        return [
            {name: value for name, value in event.items() if name in told(line)}
            for event, line in zip(built[folder][story.stem], read(story), strict=True)
        ]

    return what_became_of


def build(project, folder):
    stories = {story.stem: read(story) for story in sorted(folder.glob("*.csv"))}
    project.write_sites(
        (name, f"{name.replace('_', '-')}.example", lines[0].get("time_zone"), "USD")
        for name, lines in stories.items()
    )
    project.load(
        raw_event(name, number, line)
        for name, lines in stories.items()
        for number, line in enumerate(lines)
    )
    variables = folder / "variables.json"
    project.build(
        variables=json.loads(variables.read_text())
        if variables.exists()
        else {"session_rules": folder.name}
    )

    became = {identity(row): row for row in events(project)}
    return {
        name: [
            in_words(became[identity(raw_event(name, number, line))])
            for number, line in enumerate(lines)
        ]
        for name, lines in stories.items()
    }


def identity(event):
    names = ("site_id", "event_id", "visitor_id", "event_at", "loaded_at")
    return tuple(event[name] for name in names)


def raw_event(story, number, line):
    """The raw row of a story's line: its own columns, and what a story need not say."""
    event = {
        "event_id": f"{number:03}",
        "site_id": story,
        "visitor_id": "ana",
        "event_name": "page_view",
    }
    event |= {n: line[n] or None for n in RAW_COLUMNS if n in line}
    event["event_at"] = moment(line["event_at"])
    event["loaded_at"] = (
        moment(line["loaded_at"])
        if line.get("loaded_at")
        else event["event_at"] + timedelta(minutes=1)
    )
    if line.get("event_sequence"):
        event["event_sequence"] = int(line["event_sequence"])
    return event


def moment(text):
    return datetime.fromisoformat(text)


def events(project):
    """Every raw row beside its session or the reason it is excluded for."""
    return project.query(
        """
        select
            enriched.site_id,
            enriched.event_id,
            enriched.visitor_id,
            enriched.event_at,
            enriched.loaded_at,
            enriched.event_at_local,
            sessions.session_number,
            sessions.start_reason,
            sessions.traffic_source,
            sessionized.event_number,
            coalesce(
                enriched.exclusion_reason,
                case when events.event_id is null then 'no_session' end
            ) as excluded_as
        from int_events_enriched as enriched
        left join int_events_sessionized as sessionized
            on enriched.event_key = sessionized.event_key
            and enriched.exclusion_reason is null
            and sessionized.exclusion_reason is distinct from 'duplicate'
        left join fct_events as events
            on enriched.event_id = events.event_id
            and enriched.site_id = events.site_id
            and enriched.exclusion_reason is null
        left join fct_sessions as sessions
            on events.session_id = sessions.session_id
        """
    )


def in_words(row):
    """A built event in the words of a story."""
    number = row["session_number"]
    opens = row["event_number"] == 1
    return {
        "session": None if row["excluded_as"] else str(number),
        "because": row["excluded_as"] or (row["start_reason"] if opens else None),
        "source": row["traffic_source"],
        "local_time": str(row["event_at_local"]),
    }

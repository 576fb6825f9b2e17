"""Landings as they happen get the source and channel that was written down beforehand.

landings.csv has one landing a line: the page's address, the referrer, what is expected
of the session, and why. The site is shop.example.com.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from building import WITHOUT_LAWS

pytestmark = pytest.mark.without_groups

with open(Path(__file__).parent / "landings.csv", newline="") as file:
    LANDINGS = list(csv.DictReader(file))

EXPECTED = ["traffic_source", "traffic_medium", "channel"]


@pytest.fixture(scope="module")
def sessions(make_project):
    """The session of each landing, by its number."""
    project = make_project("project")
    project.write_sites([("shop", "shop.example.com", "UTC", "USD")])
    instant = datetime(2026, 3, 1, 9)
    project.load(
        {
            "event_id": str(number),
            "site_id": "shop",
            "visitor_id": f"visitor {number}",
            "event_name": "page_view",
            "event_at": instant,
            "loaded_at": instant + timedelta(minutes=1),
            "page_url": landing["page_url"],
            "referrer_url": landing["referrer_url"],
        }
        for number, landing in enumerate(LANDINGS)
    )
    project.build(*WITHOUT_LAWS)
    rows = project.query("from fct_sessions")
    return {int(row["visitor_id"].split()[1]): row for row in rows}


@pytest.mark.parametrize("number", range(len(LANDINGS)))
def test_a_landing_is_told_by_its_address_and_referrer(sessions, number):
    landing = LANDINGS[number]
    told = {name: sessions[number][name] for name in EXPECTED}

    assert told == {
        "traffic_source": landing["expected_source"] or None,
        "traffic_medium": landing["expected_medium"] or None,
        "channel": landing["expected_channel"],
    }, landing["comment"]

"""What docs/tables.md says of search, experiments and speed: its settings and queries,
as they stand there, on visits counted by hand."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import yaml
from building import ROOT, WITHOUT_LAWS

_, SECTION = (
    (ROOT / "docs" / "tables.md")
    .read_text()
    .split("\n## Search, experiments and speed\n")
)
(SETTINGS,) = re.findall(r"```yaml\n(.*?)```", SECTION, re.DOTALL)
QUERIES = re.findall(r"```sql\n(.*?)```", SECTION, re.DOTALL)
MORNING = datetime(2026, 3, 2, 9)


def visit(visitor_id, *steps):
    """Events of a visit, a minute apart: (event name, page, properties), or what an
    order is worth."""
    for number, step in enumerate(steps):
        event_at = MORNING + timedelta(minutes=number)
        event = {
            "event_id": f"{visitor_id} {number}",
            "visitor_id": visitor_id,
            "event_at": event_at,
            "loaded_at": MORNING + timedelta(days=1),
        }
        if isinstance(step, int):
            yield event | {"event_name": "purchase", "revenue": Decimal(step)}
        else:
            name, page, properties = step
            yield event | {
                "event_name": name,
                "page_url": f"https://shop.example{page}",
                "event_properties": json.dumps(properties),
            }


def view(variant):
    return "page_view", "/", {"experiment": {"variant": variant}}


def search(term):
    return "search", "/search", {"search_term": term}


def vital(name, value, page):
    return "web_vital", page, {"vital": {"name": name, "value": value}}


VISITS = [
    # the order before the search is not one of the search
    visit("a", view("A"), search("Red shoes "), 20, search("socks")),
    visit("b", view("B"), search("red shoes"), search("red shoes")),
    visit("c", view("B"), 30),
    # who bought before seeing a variant was not moved by it
    visit("i", 40, view("B")),
    # of several variants none decided
    visit("d", view("A"), *[("page_view", "/", {})] * 40, view("B"), 10),
    visit(
        "e", view("A"), vital("LCP", 1000, "/shoes/1"), vital("CLS", 0.05, "/shoes/1")
    ),
    visit("f", *[vital("LCP", value, "/shoes/2?a=/b") for value in (2000, 3000, 5000)]),
    visit("g", vital("INP", 120, "/"), vital("INP", "none", "/")),
    # a second visit of the day, an hour later, with the other variant
    visit("h", view("A")),
    [
        event | {"event_id": "h later", "event_at": MORNING + timedelta(hours=1)}
        for event in visit("h", view("B"))
    ],
]

ANSWERS = [
    [
        ("red shoes", 3, 2, 1, 50.0),
        ("socks", 1, 1, 0, 0.0),
    ],
    [(False, 8, 37.5), (True, 2, 50.0)],
    # (1 + 1.92 +- 1.96 sqrt(0.5 + 0.96)) / 5.84, and of three in the same way
    [("A", 2, 1, 50.0, 9.4, 90.6), ("B", 3, 1, 33.3, 6.1, 79.2)],
    [
        ("/", "INP", 1, 120, 200),
        ("/shoes/*", "CLS", 1, 0.05, 0.1),
        ("/shoes/*", "LCP", 4, 3500, 2500),
    ],
]


@pytest.fixture(scope="module")
def shop(project):
    project.load([event for events in VISITS for event in events])
    project.build(*WITHOUT_LAWS, variables=yaml.safe_load(SETTINGS))
    return project


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_a_query_answers(shop, number):
    assert len(QUERIES) == len(ANSWERS)
    rows = [tuple(row.values()) for row in shop.query(QUERIES[number])]

    assert [(row[0], *map(number_of, row[1:])) for row in rows] == ANSWERS[number]


def number_of(value):
    """A number as Python writes it; a text stays."""
    return value if isinstance(value, str) else float(value)

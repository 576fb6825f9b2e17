"""Data tests warn of the usual traps in sources: each finds its own, with the column
and what to do, and says nothing of a source that is nearly like it.

One build has them all: each source is a case. The data tests look at recent days, as
they do in every build.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from building import WITHOUT_LAWS, messages

pytestmark = pytest.mark.without_groups

EPOCH, START = datetime(1970, 1, 1), datetime(2026, 3, 2, 8)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

VARIABLES = {
    "own_columns": [{"name": "size", "type": "text", "from": "properties.size"}]
}


def stream(source, count=100, **columns):
    """Events of a source, each by a visitor of its own, loaded seconds later.

    columns: values, or functions of the number of an event and of when it happened.
    """
    events = []
    for number in range(count):
        happened_at = START + 2 * MINUTE * number
        event = {
            "event_id": f"{source} {number}",
            "site_id": source,
            "visitor_id": f"{source} visitor {number}",
            "event_name": "page_view",
            "event_at": happened_at,
            "loaded_at": happened_at + 10 * SECOND,
            "page_url": "https://shop.example/",
            "event_source": source,
        }
        for name, value in columns.items():
            event[name] = value(number, happened_at) if callable(value) else value
        events.append(event)
    return events


def fraction(part):
    """A time that is a part of what it was since 1970."""
    return lambda _, at: EPOCH + (at - EPOCH) / part


def for_first(count, value, otherwise):
    """A value for the first events of a source, and another for those after them."""

    def chosen(number, at):
        given = value if number < count else otherwise
        return given(number, at) if callable(given) else given

    return chosen


def later(by):
    return lambda _, at: at + by


def week(source, searches, newest=52, has_ended=True, **columns):
    """Nine days of a source: forty page views on each, and as many searches as a list
    says; on the last but one, other page views. The last is the day of the last load.

    columns: values by the number of the day.
    """
    events = []
    for day, search_count in enumerate([*searches, 0]):
        views = newest if day == 7 else 40
        if day == 8 and not has_ended:
            break
        names = ["page_view"] * views + ["search"] * search_count
        for number, name in enumerate(names):
            happened_at = START + day * DAY + number * MINUTE
            (event,) = stream(source, 1, event_name=name)
            event |= {
                "event_id": f"{source} {day} {number}",
                "visitor_id": f"{source} visitor {day} {number}",
                "event_at": happened_at,
                "loaded_at": happened_at + 10 * SECOND,
            }
            events.append(event | {key: value(day) for key, value in columns.items()})
    return events


def visitors_with(source, column, found, others=60, **columns):
    """A value of a column on many events, and others on one each."""
    return stream(
        source,
        found + others,
        **{column: for_first(found, "guest", lambda n, _: f"{source} {n}"), **columns},
    )


def delivered_again(source, count):
    """Two hundred events, the first of which are delivered again."""
    events = stream(source, 200)
    again = [e | {"loaded_at": e["loaded_at"] + HOUR} for e in events[:count]]
    return events + again


SALE = {"event_name": "purchase", "revenue": Decimal(10), "currency": "USD"}
NEW = {"event_at": later(7 * DAY), "loaded_at": later(7 * DAY + SECOND)}
BUSY = [25] * 7

# A day in Los Angeles goes on after midnight in UTC.
AMERICA, EVENING = "Los Angeles", START + 7 * DAY + 17 * HOUR

SOURCES = [
    stream("in time"),
    # the unit of a time
    stream("thousandth", event_at=fraction(1_000)),
    stream("millionth", event_at=fraction(1_000_000)),
    stream("billionth", event_at=fraction(1_000_000_000)),
    stream("thousandth load", loaded_at=fraction(1_000)),
    stream("too large", event_at=None),
    stream("both too large", event_at=None, loaded_at=None),
    stream("zero", event_at=for_first(10, EPOCH, later(0 * SECOND))),
    stream("nine zeros", event_at=for_first(9, EPOCH, later(0 * SECOND))),
    stream("one in a hundred", 1_000, event_at=for_first(10, None, later(0 * SECOND))),
    # local time as UTC
    stream("Berlin", event_at=later(2 * HOUR)),
    stream("New York", event_at=later(-5 * HOUR)),
    stream("Kathmandu", loaded_at=later(5 * HOUR + 45 * MINUTE + 20 * SECOND)),
    stream("most of Berlin", event_at=for_first(51, later(HOUR), later(-9 * MINUTE))),
    stream("half of Berlin", event_at=for_first(50, later(HOUR), later(-9 * MINUTE))),
    stream("nineteen of Berlin", 19, event_at=later(-HOUR)),
    stream("quarter of an hour", loaded_at=later(15 * MINUTE)),
    stream("seventy minutes", loaded_at=later(70 * MINUTE)),
    stream(
        "an hour or more", loaded_at=lambda n, at: at + 60 * MINUTE + (n % 30) * MINUTE
    ),
    stream("daily", 700, loaded_at=START + DAY + 20 * MINUTE),
    stream(
        "hourly", 700, loaded_at=lambda _, at: at.replace(minute=0, second=0) + 2 * HOUR
    ),
    stream(
        "hourly Berlin",
        event_at=later(2 * HOUR),
        loaded_at=lambda _, at: at.replace(minute=0) + HOUR,
    ),
    # the device's clock
    stream("ten ahead", event_at=for_first(10, later(5 * MINUTE), later(0 * SECOND))),
    stream("nine ahead", event_at=for_first(9, later(5 * MINUTE), later(0 * SECOND))),
    stream("a minute ahead", event_at=later(70 * SECOND)),
    # deliveries
    delivered_again("twelve again", 12),
    delivered_again("ten again", 10),
    # ids
    visitors_with("guests", "visitor_id", 100),
    visitors_with("ninety-nine guests", "visitor_id", 99),
    visitors_with("few visitors", "visitor_id", 100, others=10),
    visitors_with("users", "user_id", 100),
    visitors_with("orders", "order_id", 100, **SALE),
    stream("counted by visitor", event_id=lambda n, _: f"{n % 5}"),
    # properties
    stream("cut off", event_properties=for_first(1, '{"size": "', "{}"), **NEW),
    stream("well-formed", event_properties='{"size": "L", "a": [{}, null]}', **NEW),
    stream("no object", event_properties=for_first(9, "null", "[1]"), **NEW),
    stream("blank", event_properties=for_first(9, " ", None), **NEW),
    # what no longer arrives
    week("no search", [*BUSY, 0]),
    week("search", [*BUSY, 1]),
    week("rare search", [*[19] * 7, 0]),
    week("search on weekdays", [25, 25, 25, 25, 25, 0, 25, 0]),
    week("new search", [0, *[25] * 6, 0]),
    week("quiet day", [*BUSY, 0], newest=51),
    week("day that is not whole", [*[100] * 7, 0], newest=69),
    week("day that is not over", [*BUSY, 0], has_ended=False),
    [
        *week(AMERICA, [*BUSY, 0], has_ended=False),
        *stream(AMERICA, 1, event_at=EVENING, loaded_at=EVENING),
    ],
    week("no visitors", [25] * 8, visitor_id=lambda day: "ana" if day < 7 else None),
    week("no titles", [25] * 8, page_title=lambda day: "Shoes" if day < 7 else None),
]

# What each law finds: the source, the column, what it is, in how many rows, and a part
# of the advice.
FOUND = {
    "times_are_in_their_unit": [
        ("thousandth", "event_at", "a thousandth", 100, "multiply by 1000:"),
        ("millionth", "event_at", "a millionth", 100, "multiply by 1000000:"),
        ("billionth", "event_at", "a billionth", 100, "multiply by 1000000000:"),
        ("thousandth load", "loaded_at", "a thousandth", 100, "multiply by 1000:"),
        ("too large", "event_at", "missing", 100, "divide by 1000"),
        ("both too large", "event_at", "missing", 100, "divide by 1000"),
        ("both too large", "loaded_at", "missing", 100, "divide by 1000"),
        ("zero", "event_at", "before 1971", 10, "null where it is 0"),
    ],
    "times_of_events_are_in_utc": [
        ("Berlin", "event_at", -120, 100, "zone east of UTC, or loaded_at"),
        ("New York", "event_at", 300, 100, "zone west of UTC, or loaded_at"),
        ("Kathmandu", "event_at", 345, 100, "loaded_at from that of one east"),
        ("most of Berlin", "event_at", -60, 51, "zone east of UTC, or loaded_at"),
    ],
    "events_happen_before_they_are_loaded": [
        ("Berlin", "event_at", 100, 100, "has corrected"),
        ("most of Berlin", "event_at", 51, 51, "has corrected"),
        ("half of Berlin", "event_at", 50, 50, "has corrected"),
        ("hourly Berlin", "event_at", 100, 100, "has corrected"),
        ("ten ahead", "event_at", 10, 10, "has corrected"),
        ("thousandth load", "event_at", 100, 100, "has corrected"),
    ],
    "few_rows_are_delivered_twice": [
        ("twelve again", "event_id", 5.7, 12, "skip what it has loaded"),
        ("counted by visitor", "event_id", 95, 95, "no two events"),
    ],
    "an_event_id_is_of_one_visitor": [
        ("counted by visitor", "event_id", "0", 95, "put visitor_id before it"),
    ],
    "no_id_is_on_too_many_events": [
        ("guests", "visitor_id", "guest", 100, "own_placeholder_values"),
        ("users", "user_id", "guest", 100, "own_placeholder_values"),
        ("orders", "order_id", "guest", 100, "own_placeholder_values"),
    ],
    "event_properties_are_json": [
        ("cut off", "event_properties", '{"size": "', 1, "a JSON object"),
    ],
    "what_arrived_every_day_still_arrives": [
        ("no search", "event_name", "search", 175, "in the tracker or the loader"),
        ("no visitors", "visitor_id", None, 455, "in the tracker or the loader"),
        ("no titles", "page_title", None, 455, "in the tracker or the loader"),
    ],
}

# The columns of a law that say what is found, and how much of it.
FIGURES = {
    "times_are_in_their_unit": ("fault", "found_count"),
    "times_of_events_are_in_utc": ("minutes_until_loaded", "found_count"),
    "events_happen_before_they_are_loaded": ("percent_found", "found_count"),
    "few_rows_are_delivered_twice": ("percent_found", "found_count"),
    "an_event_id_is_of_one_visitor": ("example_event_id", "found_count"),
    "no_id_is_on_too_many_events": ("id", "found_count"),
    "event_properties_are_json": ("example", "found_count"),
    "what_arrived_every_day_still_arrives": ("event_name", "count_of_week_before"),
}


@pytest.fixture(scope="module")
def shop(project):
    project.write_sites([(AMERICA, "la.example", "America/Los_Angeles", "USD")])
    project.load([event for source in SOURCES for event in source])
    project.build(*WITHOUT_LAWS, variables=VARIABLES)
    return project


@pytest.fixture(scope="module")
def laws(shop):
    """The laws by name, with their queries as each build asks them."""
    variables = VARIABLES | {"test_scope": "recent"}
    outcome = shop.dbt("compile", "--select", *FOUND, variables=variables)
    assert outcome.success, messages(outcome)
    return {result.node.name: result.node for result in outcome.result}


@pytest.mark.parametrize("law", FOUND)
def test_a_trap_is_found_in_its_source_alone(law, shop, laws):
    columns = ["event_source", "column_name", *FIGURES[law]]
    found = [
        tuple(row[column] for column in columns)
        for row in shop.query(laws[law].compiled_code)
    ]

    assert sorted(found, key=str) == sorted((f[:4] for f in FOUND[law]), key=str)


@pytest.mark.parametrize("law", FOUND)
def test_a_warning_says_what_to_do(law, shop, laws):
    rows = shop.query(laws[law].compiled_code)
    advice = {(source, column): words for source, column, _, _, words in FOUND[law]}

    assert laws[law].config.severity == "warn"
    for row in rows:
        assert advice[row["event_source"], row["column_name"]] in row["what_to_do"]

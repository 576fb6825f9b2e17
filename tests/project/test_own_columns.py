"""What a user's events have beyond the contract comes through, under names of their
own."""

from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from building import LAWS_ALONE, WITHOUT_LAWS, messages
from chance import slow_but
from test_bad_input import event

pytestmark = pytest.mark.without_groups

PAGE_TYPE = {"name": "page_type", "type": "text", "in_sessions": "first"}
SCROLLED = {"name": "scroll_percent", "type": "integer", "from": "scroll"}
VARIANT = {
    "name": "variant",
    "type": "text",
    "from": "properties.experiment.variant",
    "in_sessions": "last",
    "session_name": "last_variant",
}
NINE = datetime(2026, 3, 2, 9)

# Minutes after nine, page type, scroll, JSON: what a tracker sent, in order of time.
SENT = [
    (0, None, "10", '{"experiment": {"variant": "A"}}'),
    (1, " product ", "80", None),
    (2, "cart", "a lot", "no JSON"),
    (3, "cart", "35", '{"experiment": {"variant": "B"}}'),
]


def test_own_columns_are_those_of_events_and_what_sessions_make_of_them(fresh_project):
    send(fresh_project, SENT)
    own_columns = [PAGE_TYPE, SCROLLED | {"in_sessions": "max"}, VARIANT]
    fresh_project.build(*LAWS_ALONE, variables={"own_columns": own_columns})

    assert fresh_project.query(
        "select page_type, scroll_percent, variant from fct_events order by event_at"
    ) == [
        {"page_type": None, "scroll_percent": 10, "variant": "A"},
        {"page_type": "product", "scroll_percent": 80, "variant": None},
        {"page_type": "cart", "scroll_percent": None, "variant": None},
        {"page_type": "cart", "scroll_percent": 35, "variant": "B"},
    ]
    assert fresh_project.query(
        "select page_type, scroll_percent, last_variant from fct_sessions"
    ) == [{"page_type": "product", "scroll_percent": 80, "last_variant": "B"}]


def test_a_late_event_changes_what_its_session_makes_of_them(fresh_project):
    variables = {"own_columns": [PAGE_TYPE, VARIANT]}
    send(fresh_project, SENT[1:3])
    fresh_project.build(*WITHOUT_LAWS, variables=variables)
    late = (0.5, "landing", None, '{"experiment": {"variant": "C"}}')
    send(fresh_project, [late], loaded_at=NINE + timedelta(days=9))
    fresh_project.build(*WITHOUT_LAWS, variables=variables)

    assert fresh_project.query(
        "select event_count, page_type, last_variant from fct_sessions"
    ) == [{"event_count": 3, "page_type": "landing", "last_variant": "C"}]


@pytest.mark.slow
def test_each_type_has_its_words(fresh_project):
    given = {
        "integer": ["7", "+7.0", "7.5", "1e3", "999999999999999999", "1" + "0" * 18],
        "number": ["7", "-.5", "1e-3", "1,5", "0.1234567", "1" + "0" * 15],
        "boolean": ["Yes", "0", "OFF", "2", " true", "ja"],
        "timestamp": ["2024-02-29", "2026-02-29", "2026-03-01T10:00+02:00"]
        + ["2026-03-01 10:00:00.1234567Z", "2026-03-01 25:00", "1709164800"],
    }
    meant = {
        "integer": [7, 7, None, None, 999999999999999999, None],
        "number": [
            *[Decimal("7"), Decimal("-0.5"), Decimal("0.001"), None],
            *[Decimal("0.123457"), None],
        ],
        "boolean": [True, False, False, None, True, None],
        "timestamp": [
            *[datetime(2024, 2, 29), None, datetime(2026, 3, 1, 8)],
            *[datetime(2026, 3, 1, 10, 0, 0, 123456), None, None],
        ],
    }
    fresh_project.load(
        [event(event_id=str(n), event_at=NINE, loaded_at=NINE) for n in range(6)]
    )
    for name, texts in given.items():
        fresh_project.execute(
            f"alter table raw.events add column a_{name} varchar; "
            f"update raw.events set a_{name} = ({texts})[event_id::integer + 1]"
        )
    own_columns = [{"name": f"a_{name}", "type": name} for name in given]
    fresh_project.build(*WITHOUT_LAWS, variables={"own_columns": own_columns})

    found = fresh_project.query("from fct_events order by event_id")
    assert {n: [row[f"a_{n}"] for row in found] for n in given} == meant


@pytest.mark.slow
def test_values_of_another_type_are_counted_by_a_warning(fresh_project):
    send(fresh_project, SENT)
    outcome = fresh_project.dbt(
        *["build", "--exclude-resource-type", "unit_test"],
        variables={"own_columns": [PAGE_TYPE, SCROLLED]},
    )

    assert outcome.success, messages(outcome)
    (warned,) = (r for r in outcome.result if "own_columns_hold" in r.node.unique_id)
    assert (warned.status, warned.failures) == ("warn", 1)


def test_what_no_source_has_is_named(fresh_project):
    send(fresh_project, SENT)
    misspelled = PAGE_TYPE | {"from": "page_tpye"}
    outcome = fresh_project.dbt(
        "build", *WITHOUT_LAWS, variables={"own_columns": [misspelled]}
    )

    assert not outcome.success
    assert "page_type comes from page_tpye, which no source has" in messages(outcome)
    assert "loaded_at, page_type, scroll" in messages(outcome)


@pytest.mark.slow
def test_another_source_has_them_in_its_staging_model(fresh_project):
    send(fresh_project, SENT[:1])
    folder = fresh_project.folder / "models" / "staging" / "till"
    folder.mkdir()
    (folder / "stg_till__events.sql").write_text(
        "select 'b' as event_id, 'ben' as visitor_id, 'click' as event_name, "
        "timestamp '2026-03-02 09:00' as event_at, 'till' as page_type, "
        "timestamp '2026-03-02 09:00' as loaded_at, 44 as scroll"
    )
    fresh_project.execute("alter table raw.events drop page_type")
    fresh_project.build(
        *WITHOUT_LAWS,
        variables={
            "event_sources": "generic till",
            "own_columns": [PAGE_TYPE, SCROLLED],
        },
    )

    assert fresh_project.query(
        "select page_type, scroll_percent from fct_events order by visitor_id"
    ) == [
        {"page_type": None, "scroll_percent": 10},
        {"page_type": "till", "scroll_percent": 44},
    ]


LISTS = {
    "one more": ([PAGE_TYPE, SCROLLED], "the list of own columns has changed"),
    "another type": (
        [PAGE_TYPE | {"type": "number"}],
        "the list of own columns has changed",
    ),
    "none any more": ([], "the list of own columns has changed"),
    "another summary": (
        [PAGE_TYPE | {"in_sessions": "last"}],
        "the list of own columns in sessions has changed",
    ),
}


@pytest.mark.parametrize(
    "own_columns, said", slow_but(["another type", "another summary"], LISTS)
)
def test_a_changed_list_stops_the_build(built_with_page_types, own_columns, said):
    outcome = built_with_page_types.dbt(
        "build", *WITHOUT_LAWS, variables={"own_columns": own_columns}
    )

    assert not outcome.success
    assert said in messages(outcome)
    # what a session makes of a column is no matter of the tables of events
    selection = "int_sessions_enriched+" in messages(outcome)
    assert selection == (said == "the list of own columns in sessions has changed")


@pytest.fixture(scope="module")
def built_with_page_types(project):
    send(project, SENT)
    project.build(*WITHOUT_LAWS, variables={"own_columns": [PAGE_TYPE]})
    return project


def send(project, sent, loaded_at=None):
    """Load events of one visitor, with two columns that are none of the contract."""
    with duckdb.connect(project.database) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            "create table if not exists raw.events (event_id varchar, "
            "visitor_id varchar, event_name varchar, event_at timestamp, "
            "loaded_at timestamp, page_type varchar, scroll varchar, "
            "event_properties varchar)"
        )
        for minutes, page_type, scroll, properties in sent:
            instant = NINE + timedelta(minutes=minutes)
            connection.execute(
                "insert into raw.events values (?, 'ana', 'page_view', ?, ?, ?, ?, ?)",
                [minutes, instant, loaded_at or instant, page_type, scroll, properties],
            )

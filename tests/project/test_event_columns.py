"""The list of an event's columns is data: it can grow, and sources may lack what is
optional in it."""

import pytest
from building import WITHOUT_LAWS, messages
from test_bad_input import event

pytestmark = pytest.mark.without_groups

LIST = "models/staging/generic/_generic__sources.yml"

SCROLL_DEPTH = """\
          - name: scroll_depth
            data_type: bigint
            description: How far down the page was read, in percent.
"""


@pytest.fixture(scope="module")
def shop(make_project):
    """A copy of the project for the tests that each load raw events of their own."""
    return make_project("shop")


@pytest.mark.slow
def test_a_column_that_is_added_to_the_list_is_kept_in_fct_events(fresh_project):
    columns = fresh_project.folder / LIST
    fresh_project.load([event(), event(event_id="2")])
    fresh_project.build(*WITHOUT_LAWS)
    columns.write_text(columns.read_text() + SCROLL_DEPTH)
    fresh_project.execute(
        "alter table raw.events add column scroll_depth integer; "
        "update raw.events set scroll_depth = 60 where event_id = '2'"
    )

    outcome = fresh_project.dbt("build", *WITHOUT_LAWS)
    assert "the list of event columns has changed" in messages(outcome)
    fresh_project.rebuild()
    fresh_project.build()

    found = fresh_project.query("select scroll_depth from fct_events order by event_id")
    assert [row["scroll_depth"] for row in found] == [None, 60]


def test_a_source_that_lacks_a_required_column_is_named_with_it(fresh_project):
    with_source(fresh_project, "short", "select 'a' as event_id, 'ana' as visitor_id")
    outcome = fresh_project.dbt("build", variables={"event_sources": "short"})

    assert not outcome.success
    assert "stg_short__events" in messages(outcome)
    assert "has no column event_name" in messages(outcome)


@pytest.mark.slow
def test_a_source_may_lack_what_is_optional(fresh_project):
    with_source(
        fresh_project,
        "short",
        "select 'a' as event_id, 'ana' as visitor_id, 'click' as event_name, "
        "timestamp '2026-03-01 09:00' as event_at, "
        "timestamp '2026-03-01 09:00' as loaded_at",
    )
    fresh_project.build(variables={"event_sources": "short"})

    (event,) = fresh_project.query("from fct_events")
    assert event["visitor_id"] == "ana"
    assert event["site_id"] == "default"
    assert event["country"] is None


def test_raw_events_may_lack_what_is_optional_and_the_log_names_it(shop, capsys):
    shop.load([event()])
    shop.execute(
        "alter table raw.events drop country; alter table raw.events drop revenue"
    )
    outcome = shop.dbt("build", "--full-refresh", *WITHOUT_LAWS, quiet=False)
    said = capsys.readouterr().out

    assert outcome.success, messages(outcome)
    assert said.count("has no column") == 1
    assert "has no column country, revenue: null in every row" in said
    assert shop.query("select country, revenue from fct_events") == [
        {"country": None, "revenue": None}
    ]


def test_raw_events_without_a_required_column_is_named_with_it(shop):
    shop.load([event()])
    shop.execute("alter table raw.events rename visitor_id to cookie")
    outcome = shop.dbt("build", "--full-refresh", *WITHOUT_LAWS)

    assert not outcome.success
    assert "has no column visitor_id" in messages(outcome)


def with_source(project, name, query):
    """Give a project a source of its own, as a staging model that is this query."""
    folder = project.folder / "models" / "staging" / name
    folder.mkdir()
    (folder / f"stg_{name}__events.sql").write_text(query)

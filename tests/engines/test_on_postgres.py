"""PostgreSQL builds what DuckDB builds: a real server, see postgres.py.

test_postgres_in_batches.py has what arrives in batches, kills, and two builds at once.
"""

import pytest

pytest.importorskip("dbt.adapters.postgres", reason="scripts/setup --engines")

import psycopg2  # noqa: E402
import test_stories  # noqa: E402
from building import WITHOUT_LAWS  # noqa: E402
from chance import slow_but  # noqa: E402
from engines import (  # noqa: E402, F401
    RULE_SETS,
    duckdb_project,
    engine,
    test_of_many_entries_of_a_build_the_newest_stays,
    test_the_marts_are_those_of_duckdb,
)
from postgres import make_project  # noqa: E402, F401
from snowplow_rows import LOADS, load_tables  # noqa: E402
from test_build_log import assert_logged  # noqa: E402
from test_segment import (  # noqa: E402
    AT_NOON,
    AT_ONE,
    FIRST,
    NEW_COLUMNS,
    SECOND,
    at,
    deliver,
    read_segment,
    results,
)
from test_snowplow import assert_as_counted, read_snowplow  # noqa: E402
from test_stories import in_folders, sessionized  # noqa: E402, F401

# What engines do each in their way: clocks, text, money, the walk from event to event.
# The other stories differ by rules alone and are DuckDB's.
FOLDERS = [
    *["standard", "orders", "attached_orders", "items", "goals", "pages", "persons"],
    *["hours_and_three_events", "uneven_roles"],
]


@pytest.fixture(params=slow_but(["standard", "mixed roles", "random"], list(RULE_SETS)))
def rule_set(request):
    return request.param


@pytest.mark.parametrize("story", in_folders(FOLDERS))
def test_story(story, sessionized):  # noqa: F811
    test_stories.test_story(story, sessionized)


def test_a_build_logs_what_it_has_read_and_changed(make_project):  # noqa: F811
    assert_logged(make_project("logged"), lambda project: None)


def test_segment_is_read_as_in_duckdb(make_project):  # noqa: F811
    project = make_project("segment")
    read_segment(project)
    deliver(project, FIRST, at("12:00"))
    project.build(*WITHOUT_LAWS)
    assert results(project) == AT_NOON

    deliver(project, SECOND, at("13:00"), NEW_COLUMNS)
    project.build(*WITHOUT_LAWS)
    assert results(project) == AT_ONE


def test_a_null_is_refused_when_a_row_is_written(make_project):  # noqa: F811
    project = make_project("nulls")
    project.load([])
    project.build(*WITHOUT_LAWS)

    with pytest.raises(psycopg2.errors.NotNullViolation):
        project.execute("insert into fct_sessions (session_id) values ('a')")


def test_snowplows_tables_of_entities_are_read(make_project):  # noqa: F811
    """One of them has a name that is longer than names are in PostgreSQL."""
    project = read_snowplow(make_project("snowplow"))
    for load in LOADS:
        load_tables(project, load)
        project.build(*WITHOUT_LAWS)

    assert_as_counted(project)

"""PostgreSQL builds what DuckDB builds: a real server, see postgres.py."""

import pytest

pytest.importorskip("dbt.adapters.postgres", reason="scripts/setup --engines")

import psycopg2  # noqa: E402
import test_stories  # noqa: E402
from building import WITHOUT_LAWS  # noqa: E402
from engines import (  # noqa: E402, F401
    duckdb_project,
    engine,
    test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_of_two_builds_at_once_each_writes_what_the_other_left,
    test_the_marts_are_those_of_duckdb,
)
from postgres import PostgresProject, Server  # noqa: E402
from test_stories import STORIES, sessionized  # noqa: E402, F401

pytestmark = pytest.mark.xdist_group("postgres")

# One of each way to find where sessions start, and what engines do each in their way:
# clocks, text, money. The other stories differ by rules alone and are DuckDB's.
RULE_SETS = ["standard", "hours", "mixed roles", "random"]
FOLDERS = ["standard", "orders", "hours_and_three_events", "uneven_roles"]


@pytest.fixture(params=RULE_SETS)
def rule_set(request):
    return request.param


@pytest.fixture(params=["standard", "random"])
def arrival_rules(request):
    return request.param


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each with a database of its own on one server."""
    server, made = Server(), []

    def make(name):
        made.append(PostgresProject(tmp_path_factory.mktemp(name) / "copy", server))
        return made[-1]

    yield make
    for project in made:
        project.drop()
    server.stop()


@pytest.mark.parametrize(
    "story",
    [story for story in STORIES if story.parent.name in FOLDERS],
    ids=lambda story: f"{story.parent.name}/{story.stem}",
)
def test_story(story, sessionized):  # noqa: F811
    test_stories.test_story(story, sessionized)


def test_a_null_is_refused_when_a_row_is_written(make_project):
    project = make_project("nulls")
    project.load([])
    project.build(*WITHOUT_LAWS)

    with pytest.raises(psycopg2.errors.NotNullViolation):
        project.execute("insert into fct_sessions (session_id) values ('a')")

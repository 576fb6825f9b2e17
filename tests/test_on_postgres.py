"""PostgreSQL builds what DuckDB builds: a real server, see postgres.py."""

import pytest

pytest.importorskip("dbt.adapters.postgres", reason="scripts/setup --engines")

from engines import (  # noqa: E402, F401
    RULE_SETS,
    duckdb_project,
    engine,
    test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_of_two_builds_at_once_each_writes_what_the_other_left,
    test_the_marts_are_those_of_duckdb,
)
from postgres import PostgresProject, Server  # noqa: E402
from test_scenarios import sessionized, test_story  # noqa: E402, F401

pytestmark = pytest.mark.xdist_group("postgres")


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

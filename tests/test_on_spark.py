"""Spark builds what DuckDB builds: a real one, see spark.py. A build takes a minute, so
these are few, and small."""

import engines
import pytest

pytest.importorskip("pyspark", reason="scripts/setup --engines")

from engines import duckdb_project, engine  # noqa: E402, F401
from spark import SparkProject  # noqa: E402


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each with tables of its own."""
    made = []

    def make(name):
        made.append(SparkProject(tmp_path_factory.mktemp(name) / "copy"))
        return made[-1]

    yield make
    for project in made:
        project.leave()


@pytest.mark.parametrize("rule_set", ["standard", "campaigns, users", "random"])
def test_the_marts_are_those_of_duckdb(engine, duckdb_project, rule_set):  # noqa: F811
    engines.test_the_marts_are_those_of_duckdb(engine, duckdb_project, rule_set)


def test_every_build_gives_what_a_full_refresh_gives_in_duckdb(
    make_project,
    duckdb_project,  # noqa: F811
):
    engines.test_every_build_gives_what_a_full_refresh_gives_in_duckdb(
        make_project, duckdb_project, "random"
    )


def test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb(
    make_project,
    duckdb_project,  # noqa: F811
):
    engines.test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb(
        make_project, duckdb_project
    )

"""Apache Spark builds what DuckDB builds: a real session, see spark.py."""

import pytest

pytest.importorskip("dbt.adapters.spark", reason="scripts/setup --engines")

from engines import (  # noqa: E402, F401
    duckdb_project,
    engine,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_the_marts_are_those_of_duckdb,
)
from spark import SparkProject  # noqa: E402
from test_scenarios import sessionized, test_story  # noqa: E402, F401


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each of which takes the place of the last one."""
    return lambda name: SparkProject(tmp_path_factory.mktemp(name) / "copy")

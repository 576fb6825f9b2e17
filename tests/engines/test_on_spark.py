"""Apache Spark builds what DuckDB builds: a real session, see spark.py.

A build takes most of a minute. `SESSIONS_TEST_SPARK=all` in front of pytest tells every
story, has more rule sets, batches and kills, and takes an hour.
"""

import os

import pytest

pytest.importorskip("dbt.adapters.spark", reason="scripts/setup --engines")

import test_stories  # noqa: E402
from engines import (  # noqa: E402, F401
    duckdb_project,
    engine,
    test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_the_marts_are_those_of_duckdb,
)
from spark import SparkProject  # noqa: E402
from test_stories import STORIES, sessionized  # noqa: E402, F401

pytestmark = pytest.mark.xdist_group("spark")

IS_PATIENT = os.environ.get("SESSIONS_TEST_SPARK") == "all"

if IS_PATIENT:
    FOLDERS = sorted({story.parent.name for story in STORIES})
    RULE_SETS = ["standard", "mixed roles"]
    SparkProject.most_batches = 3
else:
    FOLDERS = ["adobe_analytics", "orders"]
    RULE_SETS = ["mixed roles"]


@pytest.fixture(params=RULE_SETS)
def rule_set(request):
    return request.param


@pytest.fixture(params=["random"])
def arrival_rules(request):
    return request.param


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


@pytest.mark.parametrize(
    "story",
    [story for story in STORIES if story.parent.name in FOLDERS],
    ids=lambda story: f"{story.parent.name}/{story.stem}",
)
def test_story(story, sessionized):  # noqa: F811
    test_stories.test_story(story, sessionized)

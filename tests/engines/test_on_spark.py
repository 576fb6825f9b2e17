"""Apache Spark builds what DuckDB builds: a real session, see spark.py.

A build takes most of a minute. `SESSIONS_TEST_SPARK=all` in front of pytest tells every
story, has more rule sets, batches and kills, and takes an hour. For batches and kills
see test_spark_in_batches.py.
"""

import pytest

pytest.importorskip("dbt.adapters.spark", reason="scripts/setup --engines")

import test_stories  # noqa: E402
from building import messages  # noqa: E402
from engines import (  # noqa: E402, F401
    duckdb_project,
    engine,
    test_of_many_entries_of_a_build_the_newest_stays,
    test_the_marts_are_those_of_duckdb,
)
from spark import IS_PATIENT, make_project  # noqa: E402, F401
from test_stories import STORIES, in_folders, sessionized  # noqa: E402, F401

pytestmark = pytest.mark.long

if IS_PATIENT:
    FOLDERS = sorted({story.parent.name for story in STORIES})
    RULE_SETS = ["standard", "mixed roles"]
else:
    FOLDERS = ["adobe_analytics"]
    RULE_SETS = ["mixed roles"]


@pytest.fixture(params=RULE_SETS)
def rule_set(request):
    return request.param


@pytest.mark.parametrize("story", in_folders(FOLDERS))
def test_story(story, sessionized):  # noqa: F811
    test_stories.test_story(story, sessionized)


def test_a_null_is_looked_for_where_spark_lets_it_in(make_project):  # noqa: F811
    project = make_project("nulls")
    outcome = project.dbt("run", "--select", "int_builds")
    assert outcome.success, messages(outcome)
    project.execute("insert into sessions.int_builds (model_name) values (null)")
    outcome = project.dbt("test", "--select", "int_builds")

    failed = {r.node.name: r.failures for r in outcome.result if r.status == "fail"}
    assert failed == {"no_nulls_int_builds_": 1}

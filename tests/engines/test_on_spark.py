"""Apache Spark builds what DuckDB builds: a real session, see spark.py.

A build takes most of a minute, one of vendors' tables some minutes: scripts/check
--engines builds all tables once, and --all runs all that is here.
`SESSIONS_TEST_SPARK=all` in front of pytest tells every story, has more rule sets,
batches and kills, and takes an hour. test_spark_in_batches.py has batches and kills.
"""

import pytest

pytest.importorskip("dbt.adapters.spark", reason="scripts/setup --engines")

import test_stories  # noqa: E402
from building import WITHOUT_LAWS, messages  # noqa: E402
from engines import (  # noqa: E402, F401
    duckdb_project,
    engine,
    test_of_many_entries_of_a_build_the_newest_stays,
    test_the_marts_are_those_of_duckdb,
)
from snowplow_rows import LOADS, load_columns  # noqa: E402
from spark import IS_PATIENT, make_project  # noqa: E402, F401
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
from test_snowplow import assert_as_counted  # noqa: E402
from test_stories import STORIES, in_folders, sessionized  # noqa: E402, F401

pytestmark = pytest.mark.long(15)

if IS_PATIENT:
    FOLDERS = sorted({story.parent.name for story in STORIES})
    RULE_SETS = ["standard", "mixed roles"]
else:
    FOLDERS = ["adobe_analytics"]
    RULE_SETS = ["mixed roles"]


@pytest.fixture(params=RULE_SETS)
def rule_set(request):
    return request.param


@pytest.mark.slow
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


@pytest.mark.slow
def test_segment_and_snowplow_are_read_as_in_duckdb(make_project):  # noqa: F811
    """Both in each build, which takes minutes."""
    project = make_project("vendors")
    both = {"event_sources": "segment snowplow", "reporting_currency": "EUR"}
    read_segment(project, **both)
    project.write_sites([("default", "shop.example", "UTC", "EUR")])
    marts = ["+fct_sessions", "+fct_event_exclusions", "+fct_event_items"]
    build = [*WITHOUT_LAWS, "--select", *marts, "+fct_events"]

    deliver(project, FIRST, at("12:00"))
    load_columns(project, LOADS[0])
    project.build(*build)
    assert results(project) == AT_NOON

    deliver(project, SECOND, at("13:00"), NEW_COLUMNS)
    load_columns(project, LOADS[1])
    project.build(*build)
    assert results(project) == AT_ONE
    assert_as_counted(project)

"""scripts/compare_rules counts what builds under the same presets count."""

import os
import subprocess

import pytest
from building import ROOT, WITHOUT_LAWS, Project
from random_events import SITES, random_events

pytestmark = pytest.mark.without_groups

PRESETS = ["matomo", "umami_spa"]


@pytest.fixture(scope="module")
def built(make_project):
    """A project with random events, built under the preset standard."""
    project = make_project("project")
    project.write_sites(SITES)
    project.load(random_events(7, 4_000))
    project.build(*WITHOUT_LAWS)
    return project


def compare_rules(project, *arguments):
    environment = os.environ | {"SESSIONS_DUCKDB_PATH": str(project.database)}
    return subprocess.run(
        [ROOT / "scripts" / "compare_rules", *arguments],
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_it_counts_what_builds_count(built):
    ended = compare_rules(built, *PRESETS)
    assert ended.returncode == 0, ended.stderr
    compared = built.query("from session_rules_comparison")

    assert {row["preset"] for row in compared} == {"standard", *PRESETS}
    for preset in ["standard", *PRESETS]:
        built.rebuild(*WITHOUT_LAWS, variables={"session_rules": preset})
        expected = built.query(
            f"""
            select
                '{preset}' as preset,
                session_date,
                channel,
                count(*) as sessions,
                count(distinct site_id || ' ' || visitor_id) as visitors,
                count_if(is_bounce) / count(*) as bounce_share,
                sum(duration_seconds)::double / count(*) as mean_duration_seconds,
                sum(order_count)::double / count(*) as orders_per_session
            from fct_sessions
            group by session_date, channel
            order by session_date, channel
            """
        )
        own = [row for row in compared if row["preset"] == preset]
        assert own == [approximately(row) for row in expected]
        total = sum(row["sessions"] for row in expected)
        assert any(
            line.startswith(f"{preset} ") and f"{total:,}" in line.split()
            for line in ended.stdout.splitlines()
        )


def approximately(row):
    return {
        name: pytest.approx(value) if isinstance(value, float) else value
        for name, value in row.items()
    }


@pytest.mark.slow
def test_the_models_stay_as_they_are(built):
    before = built.query("from fct_sessions order by session_id")
    ended = compare_rules(built, "heap")

    assert ended.returncode == 0, ended.stderr
    assert built.query("from fct_sessions order by session_id") == before


def test_an_unknown_preset_is_named_with_the_right_ones(built):
    ended = compare_rules(built, "gaa4")

    assert ended.returncode == 2
    assert "gaa4" in ended.stderr
    assert "ga4, " in ended.stderr


@pytest.mark.slow
def test_without_a_build_it_says_what_to_type(tmp_path):
    empty = Project(tmp_path / "copy")
    ended = compare_rules(empty, "ga4")

    assert ended.returncode == 1
    assert "dbt build" in ended.stderr
    assert "Traceback" not in ended.stderr

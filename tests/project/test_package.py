"""The project serves as a package of another dbt project, with seeds of its own."""

import pytest
from building import ROOT, Project, messages

PROJECT = """
name: atelier
version: 1.0.0
profile: sessions
seed-paths: [seeds]
seeds:
  sessions:
    sites: {+enabled: false}
  atelier:
    +column_types: {site_id: varchar, domain: varchar, time_zone: varchar, currency: varchar}
vars:
  reporting_time_zone: Asia/Tokyo
"""  # noqa: E501


@pytest.fixture
def atelier(tmp_path):
    """Another project that has this one as a package and owns the seed sites."""
    folder = tmp_path / "atelier"
    (folder / "seeds").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "packages.yml").write_text(f"packages: [{{local: '{ROOT}'}}]")
    (folder / "profiles.yml").write_bytes((ROOT / "profiles.yml.example").read_bytes())
    (folder / "seeds" / "sites.csv").write_text(
        "site_id,domain,time_zone,currency\n007,atelier.example,Europe/Paris,EUR\n"
    )
    project = Project.__new__(Project)
    project.folder, project.database = folder, folder / "atelier.duckdb"
    return project


def test_a_project_that_installs_the_package_builds_with_its_own_sites(atelier):
    outcome = atelier.dbt("deps")
    assert outcome.success, messages(outcome)
    atelier.build()

    assert atelier.query("from stg_seeds__sites") == [
        {"site_id": "007", "time_zone": "Europe/Paris", "currency": "EUR"}
    ]
    assert atelier.query("from fct_sessions") == []


def test_variables_of_other_projects_are_not_ours_to_judge(atelier):
    outcome = atelier.dbt("deps")
    assert outcome.success, messages(outcome)

    theirs = {"colour": "red", "events": [1], "quality": {"lowest": 2}}
    outcome = atelier.dbt("parse", variables=theirs)
    assert outcome.success, messages(outcome)

    outcome = atelier.dbt("parse", variables={"session_rule": "ga4"})
    assert "session_rule is no variable of sessions; did you mean session_rules?" in (
        messages(outcome)
    )

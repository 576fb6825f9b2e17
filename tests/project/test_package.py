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


TRACKER = """
version: 2
sources:
  - name: tracker
    tables: [{name: actions}, {name: lines}]
"""

EVENTS = """
select
    id as event_id, cookie as visitor_id, action as event_name,
    {{ sessions.timestamp_or_null('happened_at') }} as event_at,
    inserted_at as loaded_at, invoice as order_id, amount as revenue
from {{ source('tracker', 'actions') }}
"""

ITEMS = """
select action_id as event_id, line as item_number, article as product_id, price
from {{ source('tracker', 'lines') }}
"""


def test_a_table_of_ones_own_is_a_source_of_ones_own(atelier):
    assert atelier.dbt("deps").success
    models = atelier.folder / "models"
    models.mkdir()
    (models / "_sources.yml").write_text(TRACKER)
    (models / "stg_mine__events.sql").write_text(EVENTS)
    (models / "stg_mine__event_items.sql").write_text(ITEMS)
    atelier.execute("create schema tracker")
    atelier.execute(
        """
        create table tracker.actions as from (values
            ('1', 'ana', 'page_view', '2026-05-04 09:00:00', null, null),
            ('2', 'ana', 'Order Completed', '2026-05-04 09:02:00', 'I-1', 20),
            ('3', 'ana', 'page_view', 'yesterday', null, null)
        ) as t (id, cookie, action, happened_at, invoice, amount),
        (values (timestamp '2026-05-05')) as loads (inserted_at)
        """
    )
    atelier.execute(
        "create table tracker.lines as select '2' as action_id, "
    ) if False else atelier.execute(
        "create table tracker.lines as "
        "select '2' as action_id, 1 as line, 'hat' as article, 20 as price"
    )
    mine = {"event_sources": "mine", "source_models": {"mine": ["event_items"]}}
    atelier.build(variables=mine)

    (session,) = atelier.query("from fct_sessions")
    assert (session["event_count"], session["revenue"]) == (2, 20)
    (item,) = atelier.query("from fct_event_items")
    assert (item["product_id"], item["item_revenue"]) == ("hat", 20)

    # the same events where another project keeps its raw tables
    atelier.execute("create schema landing")
    atelier.execute(
        "create table landing.web_events as select id as event_id, cookie as "
        "visitor_id, action as event_name, happened_at as event_at, "
        "inserted_at as loaded_at from tracker.actions"
    )
    places = {"raw_schema": "landing", "raw_events": "web_events"}
    atelier.rebuild(variables=places)
    (session,) = atelier.query("from fct_sessions")
    assert session["event_count"] == 2
    assert atelier.query("from duckdb_schemas() where schema_name = 'raw'") == []

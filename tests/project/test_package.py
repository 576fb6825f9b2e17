"""The project serves as a package of another dbt project: of the one in tests/package,
and of one that scripts/new_project writes."""

import os
import re
import shutil
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from building import MARTS, ROOT, Project, messages
from dbt.cli.main import dbtRunner
from dbt.deprecations import reset_deprecations
from test_next_dbt import dbt_2, needs_dbt_2

DBT, MF = (Path(sys.executable).with_name(name) for name in ("dbt", "mf"))
TEMPLATE = ROOT / "scripts" / "python" / "project_template"

# What the tracker of both shops delivers: a visit over midnight in Tokyo, the same
# minutes in New York, and a fitting that ends with an order of 20 dollars.
ACTIONS = """
create table tracker.actions as
select *, timestamp '2026-05-05' as inserted_at from (values
    ('1', '007', 'ana', 'page_view', '2026-05-04 14:50', 'vogue', 'linen', null, null),
    ('2', '007', 'ana', 'page_view', '2026-05-04 15:10', null, 'silk', null, null),
    ('3', 'nyc', 'ben', 'page_view', '2026-05-04 14:50', null, 'wool', null, null),
    ('4', 'nyc', 'ben', 'book_fitting', '2026-05-04 15:00', null, null, null, null),
    ('5', 'nyc', 'ben', 'Order Completed', '2026-05-04 15:10', null, null, 'I-1', 20),
    ('6', 'nyc', 'ben', 'page_view', 'yesterday', null, null, null, null)
) as t (id, shop, cookie, action, happened_at, came_from, fabric, invoice, amount)
"""
LINES = """
create table tracker.lines as
select '5' as action_id, 1 as line, 'hat' as article, 20 as price
"""


class Atelier(Project):
    """A copy of the project in tests/package, with a DuckDB file beside it."""

    def __init__(self, folder):
        self.folder, self.database = folder, folder / "atelier.duckdb"
        left_out = shutil.ignore_patterns("target", "dbt_packages", "logs", ".*")
        shutil.copytree(ROOT / "tests" / "package", folder, ignore=left_out)
        shutil.copy(ROOT / "profiles.yml.example", folder / "profiles.yml")

    def install(self, package):
        """Name the package in another way, and let dbt fetch it."""
        (self.folder / "packages.yml").write_text(yaml.dump({"packages": [package]}))
        (self.folder / "package-lock.yml").unlink(missing_ok=True)
        outcome = self.dbt("deps")
        assert outcome.success, messages(outcome)

    def told(self, *arguments):
        """What dbt warns of and fails with in a command, as lines."""
        self.enter()
        reset_deprecations()  # of other projects that this process has read
        events = []
        folders = (
            "--project-dir",
            str(self.folder),
            "--profiles-dir",
            str(self.folder),
        )
        try:
            dbtRunner(callbacks=[events.append]).invoke(
                [*arguments, *folders, "--quiet", "--show-all-deprecations"]
            )
        finally:
            self.let_go()
        return [
            line
            for event in events
            if event.info.level in ("warn", "error")
            for line in event.info.msg.splitlines()
        ]


@pytest.fixture(scope="module")
def atelier(tmp_path_factory):
    """The project in tests/package with what its tracker delivered, built once; what
    dbt warned of is in its attribute warnings."""
    project = Atelier(tmp_path_factory.mktemp("package") / "atelier")
    project.install({"local": str(ROOT)})
    project.execute("create schema tracker")
    project.execute(ACTIONS)
    project.execute(LINES)
    project.warnings = project.told(
        *("build", "--exclude-resource-type", "unit_test", "--no-partial-parse")
    )
    return project


def test_a_package_installed_by_path_builds_without_a_warning(atelier):
    assert atelier.warnings == []


def test_sites_seeds_rules_and_columns_are_those_of_the_project(atelier):
    sessions = atelier.query("from fct_sessions order by site_id, session_started_at")

    # the day ends a session, in the time zone of its site
    assert [
        (s["site_id"], s["session_date"], s["start_reason"], s["fabric"])
        for s in sessions
    ] == [
        ("007", date(2026, 5, 4), "first_event", "linen"),
        ("007", date(2026, 5, 5), "midnight", "silk"),
        ("nyc", date(2026, 5, 4), "first_event", "wool"),
    ]
    assert [s["channel"] for s in sessions] == ["Magazines", "Magazines", "Direct"]
    assert sessions[2]["session_started_at_local"] == datetime(2026, 5, 4, 10, 50)

    # the model of the project's own: 20 dollars are 10 euros
    *_, week = atelier.query("from fittings_weekly order by site_id, fabric")
    assert (week["fitting_count"], week["revenue"]) == (1, Decimal(10))
    (item,) = atelier.query("from fct_event_items")
    assert (item["product_id"], item["item_revenue"]) == ("hat", Decimal(10))
    (excluded,) = atelier.query("from fct_event_exclusions")
    assert excluded["reason"] == "invalid"


def test_marts_and_all_else_are_in_two_schemas(atelier):
    found = atelier.query(
        "select schema_name as schema, table_name as name from duckdb_tables() "
        "union all select schema_name, view_name from duckdb_views() where not internal"
    )
    tables = {
        schema: {row["name"] for row in found if row["schema"] == schema}
        for schema in ("main", "main_internal")
    }
    off = {
        model.stem
        for group in ("pages", "products", "marketing")
        for model in (ROOT / "models" / "marts" / group).glob("*.sql")
    }
    built = {*MARTS, "dim_dates"} - off
    assert built <= tables["main"]
    assert not [name for name in tables["main"] if name.startswith(("int_", "stg_"))]
    assert {"sites", "bot_user_agents", "stg_mine__events", "int_builds"} <= (
        tables["main_internal"]
    )

    # every mart and every column of it has its description in the database
    assert (
        atelier.query(
            "select table_name, column_name from duckdb_columns() "
            f"where table_name in {tuple(built)} and comment is null "
            "union all select table_name, null from duckdb_tables() "
            f"where table_name in {tuple(built)} and comment is null"
        )
        == []
    )

    # groups that are off are in neither
    assert off and not off & (tables["main"] | tables["main_internal"])


@pytest.mark.slow
def test_a_package_installed_by_git_goes_on_where_the_other_was(atelier, tmp_path):
    repository = tmp_path / "sessions"
    left_out = shutil.ignore_patterns(
        ".git", ".venv*", "target", "logs", "sample", "*.duckdb*", "profiles.yml"
    )
    shutil.copytree(ROOT, repository, ignore=left_out)
    author = ("-c", "user.name=a", "-c", "user.email=a@a.example")
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        [*author, "commit", "-q", "-m", "all"],
    ):
        subprocess.run(["git", *command], cwd=repository, check=True)
    before = atelier.query("from fct_sessions order by all")
    atelier.execute(
        "insert into tracker.actions select '7', shop, cookie, action, "
        "'2026-05-04 15:20:00', null, null, null, null, timestamp '2026-05-06' "
        "from tracker.actions where id = '3'"
    )
    atelier.install({"git": f"file://{repository}", "revision": "main"})
    assert not (atelier.folder / "dbt_packages" / "sessions").is_symlink()

    assert atelier.told("build", "--exclude-resource-type", "unit_test") == []
    after = atelier.query("from fct_sessions order by all")
    assert len(before) == len(after) == 3
    assert sum(s["event_count"] for s in after) == 6


def test_mistakes_of_a_first_hour_end_with_what_to_type(atelier):
    sites = atelier.folder / "seeds" / "sites.csv"
    kept = sites.rename(atelier.folder / "sites.csv")
    said = atelier.told("parse")
    kept.rename(sites)
    assert (
        "  the seed sites of sessions is disabled, and atelier has none; fill in a "
        "copy, type: cp dbt_packages/sessions/seeds/sites.csv seeds/"
    ) in said

    with atelier.put_back():
        atelier.database.unlink()
        said = atelier.told("run")
        (said,) = [line for line in said if "these seeds are not loaded" in line]
        assert ", sites, " in said
        assert "; type: dbt seed, then your command, or dbt build, which loads" in said
        assert atelier.query("from duckdb_tables() where schema_name = 'main'") == []

    with atelier.put_back():
        atelier.execute("alter table tracker.actions rename to acts")
        said = atelier.told("build", "--exclude-resource-type", "unit_test")
    assert (
        "  the table tracker.actions of the source tracker is not in atelier; correct "
        "schema and identifier in models/staging/_tracker__sources.yml, or load the "
        "table"
    ) in said

    said = atelier.told("parse", "--vars", "{event_sources: mime}")
    assert (
        "  event_sources names mime, but no model is called stg_mime__events; write "
        "models/stg_mime__events.sql, or one of ga4, generic, mine, segment, snowplow"
    ) in said

    argument = ("--args", "{engine: sqlite}")
    said = atelier.told("run-operation", "sessions.check_engine", *argument)
    assert "sessions does not run on sqlite; in profiles.yml, write one of duckdb" in (
        "\n".join(said)
    )


def test_variables_of_other_projects_are_not_ours_to_judge(atelier):
    theirs = {"colour": "red", "events": [1], "quality": {"lowest": 2}}
    outcome = atelier.dbt("parse", variables=theirs)
    assert outcome.success, messages(outcome)

    outcome = atelier.dbt("parse", variables={"session_rule": "ga4"})
    assert "session_rule is no variable of sessions; did you mean session_rules?" in (
        messages(outcome)
    )


@pytest.mark.slow
def test_raw_events_may_be_where_another_project_keeps_them(atelier):
    with atelier.put_back():
        atelier.execute("create schema landing")
        atelier.execute(
            "create table landing.web_events as select id as event_id, cookie as "
            "visitor_id, action as event_name, happened_at as event_at, "
            "inserted_at as loaded_at from tracker.actions"
        )
        places = {"raw_schema": "landing", "raw_events": "web_events"}
        others = {"event_sources": "generic", "own_columns": []}
        arguments = ("--full-refresh", "--select", "package:sessions")
        atelier.build(*arguments, variables=places | others)
        assert {s["site_id"] for s in atelier.query("from fct_sessions")} == {"default"}
        assert atelier.query("from duckdb_schemas() where schema_name = 'raw'") == []


@needs_dbt_2
def test_dbt_2_parses_it_without_a_warning(atelier):
    assert dbt_2(atelier.folder, "parse") == (0, [])


# -------------------------------------------------- a project of one's own


def new_project(*arguments):
    return subprocess.run(
        [ROOT / "scripts" / "new_project", *map(str, arguments)],
        env={k: v for k, v in os.environ.items() if not k.startswith("DBT_")},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_new_project_finds_sessions_in_a_table_of_ones_own(tmp_path):
    folder = tmp_path / "My Shop"
    written = new_project(folder, "--metrics")
    assert written.returncode == 0, written.stderr
    assert "dbt deps && " in written.stdout

    with duckdb.connect(folder / "my_shop.duckdb") as connection:
        connection.execute(
            "create schema web; create table web.log as from (values "
            "(1, 'ana', 'page_view', '2026-05-04 09:00:00', now()), "
            "(2, 'ana', 'page_view', '2026-05-04 12:00:00', now()), "
            "(3, 'ana', 'page_view', 'soon', now())) as t (n, who, what, heard, came)"
        )
        connection.execute(f"copy web.log to '{tmp_path / 'log.parquet'}'")
    fill_in(folder / "models" / "_mine__sources.yml", RAW_SCHEMA="web", RAW_TABLE="log")
    fill_in(
        folder / "models" / "stg_mine__events.sql",
        **{"    EVENT_ID": "n", "    VISITOR_ID": "who", "    EVENT_NAME": "what"},
        **{"{{ sessions.timestamp_or_null('EVENT_AT') }}": from_clock("heard")},
        LOADED_AT="came",
    )
    dbt(folder, "deps")
    assert "WARN=0 ERROR=0" in dbt(
        folder, "build", "--exclude-resource-type", "unit_test"
    )
    with duckdb.connect(folder / "my_shop.duckdb") as connection:
        found = connection.execute(
            "select event_count, hour(session_started_at) from fct_sessions order by 2"
        ).fetchall()
    assert found == [(1, 7), (1, 10)]

    # the metrics are those of the new project
    if MF.exists():
        run(
            *(folder, MF, "query", "--quiet", "--csv", "found.csv"),
            *("--metrics", "sessions,bounce_rate", "--group-by", "metric_time__day"),
        )
        _, *found = (folder / "found.csv").read_text().splitlines()
        assert [line.split(",")[1:] for line in found] == [["2", "1.0"]]

    # a file that the engine reads need not be a table
    file = f"{{meta: {{external_location: '{tmp_path / 'log.parquet'}'}}}}"
    fill_in(
        folder / "models" / "_mine__sources.yml",
        **{"schema: web": "schema: none", "identifier: log": f"config: {file}"},
    )
    assert "ERROR=0" in dbt(folder, "run", "--select", "stg_mine__events")

    # a second time it writes nothing, and neither into a folder with files of others
    refused = new_project(folder)
    assert refused.returncode == 1
    assert "is not empty; name a folder that is new" in refused.stderr


def from_clock(column):
    """The expression that docs/sources.md has for a time of the clock in Berlin."""
    [line] = [
        line
        for line in (ROOT / "docs" / "sources.md").read_text().splitlines()
        if line.startswith("  | DuckDB, PostgreSQL | ")
    ]
    return re.search("`(.*)`", line)[1].replace("happened_at", column)


def dbt(folder, *arguments):
    """What dbt says when it is typed in a folder."""
    return run(folder, DBT, *arguments)


def run(folder, *command):
    """What a command says that is typed in a folder."""
    said = subprocess.run(
        command,
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("DBT_")},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def fill_in(path, **names):
    """Replace what is in capitals in a file."""
    text = path.read_text()
    for before, after in names.items():
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text)


def test_a_new_project_names_the_repository_that_it_is_told(tmp_path):
    url = "https://git.example/sessions.git"
    written = new_project(tmp_path / "shop", "--git", url, "--revision", "v1")
    assert written.returncode == 0
    packages = yaml.safe_load((tmp_path / "shop" / "packages.yml").read_text())
    assert packages == {"packages": [{"git": url, "revision": "v1"}]}
    assert (tmp_path / "shop" / ".gitignore").read_text().startswith("target/")


@pytest.mark.parametrize("name", ["sessions", "main", "7 shops"])
def test_a_name_that_dbt_does_not_take_is_refused(tmp_path, name):
    refused = new_project(tmp_path / name)
    assert refused.returncode == 1
    assert "add --name NAME" in refused.stderr
    assert not (tmp_path / name).exists()


def test_the_template_has_the_seeds_of_users_as_the_package_has_them():
    shipped = {path.name: path for path in (ROOT / "seeds").glob("own_*.csv")}
    for name in ("sites", "exchange_rates", "internal_networks", "ad_spend"):
        shipped[f"{name}.csv"] = ROOT / "seeds" / f"{name}.csv"
    written = {path.name: path.read_text() for path in TEMPLATE.glob("seeds/*.csv")}
    assert written == {
        name: path.read_text().splitlines()[0] + "\n" for name, path in shipped.items()
    }

    settings = yaml.safe_load((TEMPLATE / "dbt_project.yml").read_text())
    assert settings["seeds"]["sessions"] == {
        name.removesuffix(".csv"): {"+enabled": False} for name in shipped
    }


def test_the_template_names_variables_that_exist():
    _, text = (TEMPLATE / "dbt_project.yml").read_text().split("\nvars:\n")
    settings = re.findall(r"^  (?:# )?(\w+):(?: [^ ]+)*$", text, re.MULTILINE)
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
    assert {"event_sources", "goals", "session_rules"} <= {*settings} <= {*variables}

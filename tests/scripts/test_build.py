"""scripts/build and scripts/publish, with readers and writers in other processes."""

import contextlib
import json
import os
import shutil
import subprocess
import sys

import duckdb
import pytest
from building import ROOT
from warehouse import CREATE_TABLES

# Prints how many sessions a file has, at once and after each line that it is told.
READER = """
import sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    asked = True
    while asked:
        [(count,)] = connection.execute("select count(*) from fct_sessions").fetchall()
        print(count, flush=True)
        asked = sys.stdin.readline()
"""
SESSIONS = "select count(*) from fct_sessions"


class Shop:
    """A copy of the project with a DuckDB file, whose scripts run as a user's do.

    has_schemas: whether marts are in the schema of the target, and all else in another.
    """

    def __init__(self, folder, has_schemas=True):
        left_out = shutil.ignore_patterns(
            ".git", ".venv*", "target", "logs", "sample", "*.duckdb*", "profiles.yml"
        )
        shutil.copytree(ROOT, folder, ignore=left_out)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        shutil.copy(ROOT / "profiles.yml.example", folder / "profiles.yml")
        self.folder = folder
        # its own, whatever the process that runs the tests was told
        self.environment = {
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "SESSIONS_DUCKDB_PATH": "sessions.duckdb",
        }
        if has_schemas:
            self.move_all_but_marts()
        self.database = folder / "sessions.duckdb"
        with duckdb.connect(self.database) as connection:
            connection.execute(f"create schema raw; use raw; {CREATE_TABLES}")

    def move_all_but_marts(self):
        settings = (self.folder / "dbt_project.yml").read_text()
        for place, indent in [
            ("    staging:\n", 6),
            ("    intermediate:\n", 6),
            ("seeds:\n  sessions:\n", 4),
        ]:
            assert settings.count(place) == 1
            settings = settings.replace(
                place, f"{place}{' ' * indent}+schema: internal\n"
            )
        (self.folder / "dbt_project.yml").write_text(settings)

    def start(self, script, *arguments):
        return subprocess.Popen(
            [self.folder / "scripts" / script, *map(str, arguments)],
            cwd=self.folder,
            env=os.environ | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, script, *arguments):
        process = self.start(script, *arguments)
        said = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, *said)

    def load(self, day, currency="USD"):
        """Add a visit of a page view and a purchase, on a day of March 2026."""
        date = f"2026-03-{day:02}"
        with duckdb.connect(self.database) as connection:
            for name, minute in [("page_view", 0), ("purchase", 5)]:
                is_order = name == "purchase"
                connection.execute(
                    "insert into raw.events (event_id, visitor_id, event_name, "
                    "event_at, loaded_at, order_id, revenue, currency) "
                    "values (?, 'ana', ?, ?, ?, ?, ?, ?)",
                    [
                        f"{day}-{minute}",
                        name,
                        f"{date} 10:{minute:02}:00",
                        f"{date} 11:00:00",
                        f"O-{day}" if is_order else None,
                        10 if is_order else None,
                        currency if is_order else None,
                    ],
                )

    def execute(self, sql):
        with duckdb.connect(self.database) as connection:
            connection.execute(sql)


@contextlib.contextmanager
def reader(file):
    """A process that has a file open; asks it how many sessions it sees."""
    with subprocess.Popen(
        [sys.executable, "-c", READER, file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()

        def ask():
            process.stdin.write("\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield ask
        process.stdin.close()


def rows(file, sql):
    """The rows of a query, read by another process: this one keeps files in mind."""
    code = (
        "import json, sys, duckdb; "
        "c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(json.dumps(c.execute(sys.argv[2]).fetchall(), default=str))"
    )
    read = subprocess.run(
        [sys.executable, "-c", code, file, sql], capture_output=True, text=True
    )
    assert read.returncode == 0, read.stderr
    return json.loads(read.stdout)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return Shop(tmp_path_factory.mktemp("shop") / "a project")


@pytest.mark.slow
@pytest.mark.long
def test_readers_never_wait_for_a_build(shop):
    marts, outcome = shop.folder / "marts.duckdb", shop.folder / "outcome.json"

    # a data test warns of the unknown currency, which is an exit code of its own
    shop.load(1, currency="XXX")
    built = shop.run("build", "--strict", "--publish", marts, "--json", outcome)
    assert built.returncode == 2, built.stderr
    told = json.loads(outcome.read_text())
    assert told["exit_code"] == 2
    assert [test["name"] for test in told["warnings"]] == ["every_order_has_a_rate"]
    assert "exchange" in told["warnings"][0]["meaning"]
    assert len(built.stderr.splitlines()) <= 10
    assert "every_order_has_a_rate, 1 row: " in built.stderr
    assert "build: 2 rows read, 2 kept, 0 excluded\n" in built.stderr
    assert "build: 1 session rebuilt\n" in built.stderr
    [whole] = [row for row in told["log"] if row["event_source"] is None]
    assert whole["session_added_count"] == 1
    assert [row["read_count"] for row in told["log"] if row is not whole] == [2]

    # the marts and nothing else, with the types and comments of all columns
    described = (
        "select table_name, column_name, data_type, comment from duckdb_columns() "
        "where not internal order by all"
    )
    published = [row for row in rows(marts, described) if row[0] != "publication"]
    assert {"fct_sessions", "agg_order_reconciliation_daily"} <= {
        r[0] for r in published
    }
    assert not [row for row in published if row[0][:4] in ("int_", "stg_")]
    assert all(comment for _, _, _, comment in published)
    types = {tuple(row[:3]) for row in rows(shop.database, described)}
    assert {tuple(row[:3]) for row in published} <= types

    # and how old they are
    [[published_at, *newest]] = rows(marts, "from publication")
    assert newest == ["2026-03-01 10:05:00", "2026-03-01 11:00:00"]
    assert told["readers_have"]["published_at"] == f"{published_at}+00:00"
    assert told["readers_have"]["age_hours"] > 24
    assert "its newest event is of 2026-03-01 10:05 UTC and was loaded " in built.stderr

    # a reader goes on reading what it has opened; the next one sees the new marts
    shop.load(2)
    with reader(marts) as sessions:
        built = shop.run("build", "--publish", marts)
        assert (built.returncode, built.stderr) == (0, "")
        assert "build: 1 session added, 1 changed, 0 removed\n" in built.stdout
        assert sessions() == 1
        assert rows(marts, SESSIONS) == [[2]]

        # what a publisher leaves that was killed is in nobody's way
        left = shop.folder / ".marts.duckdb.publishing"
        left.mkdir()
        (left / "marts.duckdb").write_bytes(b"half of it")
        assert shop.run("publish", marts).returncode == 0
        assert not left.exists()

    # nor does a full refresh show anybody a mixture, of the file itself
    shop.load(3)
    with reader(shop.database) as sessions:
        built = shop.run("build", "--full-refresh")
        assert (built.returncode, built.stderr) == (0, "")
        assert sessions() == 2
    assert rows(shop.database, SESSIONS) == [[3]]
    assert [file.name for file in shop.folder.glob(".*.refreshing")] == []

    # a law that is broken publishes nothing
    shop.execute("update fct_sessions set landing_page_url = 'elsewhere'")
    built = shop.run("build", "--publish", marts)
    assert built.returncode == 1
    assert "broken: sessions_say_what_their_events_say, 3 rows" in built.stderr
    assert (
        "not published: readers keep what was published before; "
        "what readers have was published 0.0 h ago, its newest event is of 2026-03-02 "
    ) in built.stderr
    assert rows(marts, SESSIONS) == [[2]]


@pytest.fixture(scope="module")
def built(shop):
    """The shop with marts that are as one build left them."""
    shop.load(4)
    assert shop.run("build", "--full-refresh").returncode == 0
    return shop


@pytest.mark.slow
def test_parquet_files_change_places_together(built):
    folder = built.folder / "parquet"
    versions = set()
    for _ in range(3):
        published = built.run("publish", folder)
        assert published.returncode == 0, published.stderr
        versions.add(folder.resolve())
    file = folder / "fct_sessions.parquet"

    assert len(versions) == 3
    # that of the version before is there for who has found it
    assert len([version for version in versions if version.exists()]) == 2
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*) from '{file}'").fetchall() == (
            [tuple(row) for row in rows(built.database, SESSIONS)]
        )
        [(comments,)] = connection.execute(
            "select decode(value) from parquet_kv_metadata(?) "
            "where decode(key) = 'columns'",
            [str(file)],
        ).fetchall()
    assert json.loads(comments)["session_id"]


@pytest.mark.slow
def test_the_age_of_a_copy_is_read_without_a_build(built, tmp_path):
    kept = built.database.with_name("kept.duckdb")
    for name in ("marts.duckdb", "parquet of marts"):
        target = tmp_path / name
        assert built.run("publish", target).returncode == 0

        # who checks needs neither the file of the builds nor a build
        built.database.rename(kept)
        try:
            young = built.run("publish", target, "--check-age", 1_000_000)
            old = built.run("publish", target, "--check-age", 24)
        finally:
            kept.rename(built.database)
        assert (young.returncode, young.stderr) == (0, "")
        assert "was published 0.0 h ago, its newest event is of 2026-03-04" in (
            young.stdout
        )
        assert old.returncode == 4
        assert (
            "older than 24 h; builds publish, and loaders bring nothing" in old.stderr
        )
        assert old.stderr.count("\n") == 1

    with duckdb.connect(tmp_path / "marts.duckdb") as connection:
        connection.execute("update publication set published_at = '2026-03-05'")
    old = built.run("publish", tmp_path / "marts.duckdb", "--check-age", 24)
    assert old.returncode == 4
    assert (
        "; no build has published since; type: scripts/build --publish " in old.stderr
    )

    # copies of a version that did not say it, and none
    with duckdb.connect(tmp_path / "marts.duckdb") as connection:
        connection.execute("drop table publication")
    (tmp_path / "parquet of marts" / "publication.parquet").unlink()
    (tmp_path / "text.db").write_text("no database")
    for name, complaint in [
        ("marts.duckdb", "does not say when it was published; type: scripts/publish"),
        ("parquet of marts", "does not say when it was published; type: scripts/"),
        ("none.duckdb", "nothing is published in"),
        ("text.db", "cannot be read"),
    ]:
        refused = built.run("publish", tmp_path / name, "--check-age", 24)
        assert refused.returncode == 1
        assert complaint in refused.stderr
        assert refused.stderr.count("\n") == 1


@pytest.mark.slow
def test_what_cannot_be_published_is_refused_with_what_to_type(built, tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    for target, complaint in [
        (tmp_path / "no" / "marts.duckdb", "has no folder; type: mkdir -p "),
        (built.database, "is the DuckDB file of the builds; name another"),
        (taken, "is there, and not by this script; name another"),
    ]:
        refused = built.run("publish", target)
        assert refused.returncode == 1
        assert complaint in refused.stderr
        assert refused.stderr.count("\n") == 1

    # of a build that was killed some tables are older than others
    kept = built.database.read_bytes()
    builds = "main_internal.int_builds"
    built.execute(f"delete from {builds} where model_name = 'fct_orders'")
    built.execute(
        f"insert into {builds} (relation_name, model_name, batch_number, entry_number) "
        "values ('main.fct_orders', 'fct_orders', 0, 1)"
    )
    refused = built.run("publish", tmp_path / "marts.duckdb")
    built.database.write_bytes(kept)
    assert refused.returncode == 1
    assert "did not come to fct_orders; type: scripts/build" in refused.stderr
    assert [*tmp_path.iterdir()] == [taken]


@pytest.mark.slow
def test_a_file_that_is_open_elsewhere_has_an_exit_code_of_its_own(built, tmp_path):
    code = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]); "
        "print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, built.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        writer.stdout.readline()
        for script, *arguments in [
            ("build",),
            ("build", "--full-refresh"),
            ("publish", tmp_path / "marts.duckdb"),
        ]:
            refused = built.run(script, *arguments)
            assert refused.returncode == 3
            assert "another program" in refused.stderr
            assert "Traceback" not in refused.stderr
        writer.stdin.close()


@pytest.mark.slow
def test_a_wrong_setting_and_a_wrong_command_line_are_told_apart(built):
    wrong = built.run("build", "--vars", "{engaged_seconds: nope}")
    assert wrong.returncode == 4
    assert "engaged_seconds is nope; write a whole number" in wrong.stderr

    for arguments in [["--nope"], ["--vars", "[a]"], ["--vars", "{"]]:
        wrong = built.run("build", *arguments)
        assert wrong.returncode == 64
        assert wrong.stderr.count("\n") == 1

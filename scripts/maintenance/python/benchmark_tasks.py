"""What the benchmark measures beside dbt, each task in a process of its own.

python benchmark_tasks.py TASK DATABASE FOLDER [MEMORY] does a task on the DuckDB file
of the project, which it only reads, and prints what it found as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from benchmark_questions import QUESTIONS, TEXTBOOK, difference, raw_query
from duckdb import DuckDBPyConnection

# Numbers of sessions and events, and how far the textbook may be from the models, as a
# share of what these find.
COMPARED = {
    "sessions": ("count(*)", 0.01),
    "visits, sessions by half an hour alone": (
        "count(*) filter (start_reason in ('first_event', 'timeout'))",
        0.01,
    ),
    "sessions from midnight on": ("count(*) filter (start_reason = 'midnight')", 0.02),
    "events": ("sum(event_count)", 0.01),
}
# Sessions with the same visitor and start that have as many events in both.
SAME_LENGTH = 0.99
FEW = 10  # sessions or events, which are no difference


def make_textbook(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Make events and sessions by hand."""
    connection.execute(TEXTBOOK.read_text())
    return connection.execute("select count(*) from textbook_sessions").fetchall()


def sort_keys(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Sort the narrowest row that sessions can be made of."""
    connection.execute(
        "create table sorted as "
        "select hash(site_id, visitor_id) as visitor_key, event_at "
        "from sessions.raw.events order by visitor_key, event_at"
    )


def copy_events(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Copy the raw events as they are."""
    connection.execute("create table copied as from sessions.raw.events")


def export_events(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Write the raw events as Parquet, for programs that read no DuckDB file."""
    file = literal(folder / "events.parquet")
    connection.execute(f"copy (from sessions.raw.events) to {file}")


def ask_marts(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Ask the marts each question; seconds of CPU and of the clock."""
    return [timed(connection, question.marts) for question in QUESTIONS]


def ask_raw(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Ask the raw events each question; seconds of CPU and of the clock."""
    return [timed(connection, raw_query(question)) for question in QUESTIONS]


def timed(connection: DuckDBPyConnection, query: str) -> tuple[float, float]:
    cpu, clock = time.process_time(), time.monotonic()
    connection.execute(query).fetchall()
    return time.process_time() - cpu, time.monotonic() - clock


def compare_sessions(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Compare fct_sessions with each textbook in the folder.

    Returns:
        By its name, rows of what is compared, the number of the models, the textbook's,
        and whether they agree.
    """
    ours = "sessions.main.fct_sessions"
    results = {}
    for name, sessions in textbooks(connection, folder).items():
        rows: list[tuple[str, float, float, bool]] = []
        for what, (number, most) in COMPARED.items():
            mine, theirs = (
                float(
                    connection.execute(f"select {number} from {table}").fetchall()[0][0]
                )
                for table in (ours, sessions)
            )
            agrees = abs(mine - theirs) <= max(most * mine, FEW)
            rows.append((what, mine, theirs, agrees))
        [(both, same)] = connection.execute(
            f"""
            select count(*), count(*) filter (ours.event_count = theirs.event_count)
            from {ours} as ours inner join {sessions} as theirs
                using (visitor_id, session_started_at)
            """
        ).fetchall()
        what = "sessions in both, and of these with as many events"
        agrees = both - same <= max((1 - SAME_LENGTH) * both, FEW)
        results[name] = [*rows, (what, float(both), float(same), agrees)]
    return results


def textbooks(connection: DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Return what has the sessions of each textbook that was made in the folder."""
    found = {}
    for package in ("polars", "pandas"):
        file = folder / package / "sessions.parquet"
        if file.is_file():
            found[package] = literal(file)
    database = folder / "textbook.duckdb"
    if database.is_file():
        connection.execute(f"attach {literal(database)} as textbook (read_only)")
        found["SQL"] = "textbook.main.textbook_sessions"
    return found


def compare_answers(connection: DuckDBPyConnection, folder: Path) -> Any:
    """Return for each question how far apart the two answers are."""
    compared = []
    for question in QUESTIONS:
        marts = connection.execute(question.marts).fetchall()
        raw = connection.execute(raw_query(question)).fetchall()
        compared.append((question.title, difference(question, marts, raw)))
    return compared


TASKS: dict[str, Callable[[DuckDBPyConnection, Path], Any]] = {
    "textbook": make_textbook,
    "sort": sort_keys,
    "copy": copy_events,
    "export": export_events,
    "marts": ask_marts,
    "raw": ask_raw,
    "compare_sessions": compare_sessions,
    "compare_answers": compare_answers,
}
# These write a DuckDB file of their own, called like them.
WRITING = ("textbook", "sort", "copy")


def literal(path: Path) -> str:
    """Return a path as text in SQL."""
    return "'{}'".format(str(path).replace("'", "''"))


def work(task: str, database: Path, folder: Path, memory: str | None) -> Any:
    """Do a task; return what it found."""
    file = ":memory:"
    if task in WRITING:
        (folder / f"{task}.duckdb").unlink(missing_ok=True)
        file = str(folder / f"{task}.duckdb")
    with duckdb.connect(file) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {literal(folder)}")
        if memory:
            connection.execute(f"set memory_limit = '{memory}'")
        connection.execute(f"attach {literal(database)} as sessions (read_only)")
        if task not in WRITING:
            connection.execute("use sessions.main")
        return TASKS[task](connection, folder)


if __name__ == "__main__":
    [task, database, folder, *memory] = sys.argv[1:]
    found = work(task, Path(database), Path(folder), memory[0] if memory else None)
    print(json.dumps(found))

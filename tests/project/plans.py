"""How DuckDB does what dbt asks it for: operators by model, from its profiles.

They are counted in the plans that ran, of all statements of a model with its hooks.
What a plan contains depends on the queries, on DuckDB's version and hardly on the data:
no count differs between the samples of several seeds and sizes.
"""

import contextlib
import csv
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from benchmark_lab import operators_of, statements_of
from building import ROOT, Project, messages

FULL, BATCH = "full", "batch"

# Rows of a row group, which a scan reads or skips as a whole. DuckDB's own size,
# 122,880, would take millions of events for a history of many groups.
ROW_GROUP = 2_048

# Joins without an equality, and those in order, which also sort.
OTHER_JOINS = {
    *["NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "CROSS_PRODUCT", "POSITIONAL_JOIN"],
    *["PIECEWISE_MERGE_JOIN", "IE_JOIN", "ASOF_JOIN"],
}
# A window sorts once for all functions of one partition and order; a streaming one,
# like a row number over everything, does not sort.
KINDS = {
    "sorts": {"WINDOW", "ORDER_BY", "TOP_N"},
    "hash_joins": {"HASH_JOIN", "LEFT_DELIM_JOIN", "RIGHT_DELIM_JOIN"},
    "other_joins": OTHER_JOINS,
    "aggregates": {"HASH_GROUP_BY", "PERFECT_HASH_GROUP_BY", "PARTITIONED_AGGREGATE"},
}
NUMBERS = [*KINDS, "scans_of_raw_events"]
HEADER = ["model", "run", *NUMBERS, "scans", "rows_read"]


@dataclass
class Plan:
    """What one run of dbt asks DuckDB to do for one model.

    numbers: operators by the column of plans.csv.
    scans: of tables that dbt has built, by their names.
    rows_read: by name of a table the rows that all its scans read, as a multiple of the
        rows it has. Of tables longer than a row group, in a batch.
    each_scan: for each of these scans (table, number of columns, multiple of rows).
        plans.csv does not have them.
    """

    numbers: Counter[str] = field(default_factory=Counter)
    scans: Counter[str] = field(default_factory=Counter)
    rows_read: dict[str, float] = field(default_factory=dict)
    each_scan: list[tuple[str, int, float]] = field(default_factory=list)


class ProfiledProject(Project):
    """A copy whose DuckDB file has small row groups, and profiles every statement."""

    def __init__(self, folder):
        super().__init__(folder)
        path = "path: \"{{ env_var('SESSIONS_DUCKDB_PATH', 'sessions.duckdb') }}\""
        file = f"{path}, alias: sessions, options: {{row_group_size: {ROW_GROUP}}}"
        attached = (
            f'path: ":memory:"\n      database: sessions\n      attach: [{{{file}}}]'
        )
        profiling = "threads: 1, profiling_coverage: ALL, enable_profiling: json"
        profiles = (self.folder / "profiles.yml").read_text()
        for given, taken in [
            (path, attached),
            ("UTC, threads: 1", f"UTC, {profiling}"),
        ]:
            assert given in profiles
            profiles = profiles.replace(given, taken, 1)
        (self.folder / "profiles.yml").write_text(profiles)

    def load_until(self, moment, file):
        """Add the rows of a Parquet file that were loaded before a moment."""
        with self.attached() as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                f"create table if not exists raw.events as from '{file}' limit 0"
            )
            connection.execute(
                f"insert into raw.events from '{file}' where loaded_at < $moment "
                "and loaded_at >= (select coalesce(max(loaded_at), '-infinity') "
                "from raw.events) order by loaded_at",
                {"moment": moment},
            )

    @contextlib.contextmanager
    def attached(self):
        with duckdb.connect() as connection:
            connection.execute(
                f"attach '{self.database}' as sessions (row_group_size {ROW_GROUP})"
            )
            connection.execute("use sessions")
            yield connection

    def profiles_of(self, *arguments):
        """What DuckDB says on stderr while dbt runs in this process."""
        with tempfile.TemporaryFile() as file:
            stderr = os.dup(2)
            os.dup2(file.fileno(), 2)
            try:
                outcome = self.dbt(*arguments)
            finally:
                os.dup2(stderr, 2)
                os.close(stderr)
            assert outcome.success, messages(outcome)
            file.seek(0)
            return file.read().decode(errors="replace")


def plans_of(project, file, history_ends):
    """The plans of all models that are tables, by (model, FULL or BATCH).

    file: the Parquet file of raw events.
    history_ends: what was loaded before is there at the full refresh; the batch is the
        rest.
    """
    project.load_until(history_ends, file)
    project.dbt("seed")
    profiles = {FULL: project.profiles_of("run", "--full-refresh")}
    project.load_until("infinity", file)
    profiles[BATCH] = project.profiles_of("run")

    manifest = project.parsed(["run"], {})
    tables = {
        node.name
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.config.materialized != "view"
    }
    with project.attached() as connection:
        lengths = {
            (schema, name): rows
            for schema, name, rows in connection.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        }
    plans = defaultdict(Plan)
    for run, text in profiles.items():
        for model, profile in statements_of(text):
            if model in tables:
                add(plans[model, run], profile, tables, lengths if run == BATCH else {})
    return {
        key: plans[key] for key in sorted(plans, key=lambda k: (k[0], k[1] != FULL))
    }


def add(plan, profile, tables, lengths):
    """Add the operators of a statement to a plan."""
    for operator in operators_of(profile):
        for kind, types in KINDS.items():
            plan.numbers[kind] += operator.get("operator_type") in types
        about = operator.get("extra_info", {})
        _, schema, table = about.get("Table", "..").split(".")
        if (schema, table) == ("raw", "events"):
            plan.numbers["scans_of_raw_events"] += 1
            table = "raw.events"
        elif table in tables:
            plan.scans[table] += 1
        rows = lengths.get((schema, table.rpartition(".")[2]), 0)
        if rows > ROW_GROUP and (table in tables or schema == "raw"):
            share = operator["operator_rows_scanned"] / rows
            plan.rows_read[table] = plan.rows_read.get(table, 0) + share
            columns = about.get("Projections", [])
            width = 1 if isinstance(columns, str) else len(columns)
            plan.each_scan.append((table, width, share))


def make_sample(file, seed, events, days):
    """Write the events of a made-up shop, with one day more than `days`."""
    subprocess.run(
        [
            *[sys.executable, ROOT / "scripts/maintenance/python/generate_events.py"],
            *["--output", file, "--seed", str(seed), "--start", "2026-03-02"],
            *["--events", str(events), "--days", str(days + 1)],
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT / "scripts/python")},
        capture_output=True,
        check=True,
    )


def write(path: Path, plans):
    """Write plans as CSV."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for (model, run), plan in plans.items():
            scans = [f"{table} {plan.scans[table]}" for table in sorted(plan.scans)]
            read = [f"{t} {share:.2f}" for t, share in sorted(plan.rows_read.items())]
            numbers = [plan.numbers[name] for name in NUMBERS]
            writer.writerow([model, run, *numbers, "; ".join(scans), "; ".join(read)])


def read(path: Path):
    """Read what `write` wrote."""
    plans = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            plans[row["model"], row["run"]] = Plan(
                Counter({name: int(row[name]) for name in NUMBERS}),
                Counter({t: int(n) for t, n in entries(row["scans"])}),
                {table: float(share) for table, share in entries(row["rows_read"])},
            )
    return plans


def entries(text):
    return [entry.split(" ") for entry in text.split("; ") if entry]


def changes(written, found, tolerance):
    """Lines of text for what grew, and for what shrank, between two sets of plans.

    tolerance: by how much a multiple of rows may differ.
    """
    grown, shrunk = [], []
    for key in sorted({*written, *found}):
        if key not in written or key not in found:
            lines, why = (
                (grown, "not in the file") if key in found else (shrunk, "not built")
            )
            lines.append(f"{', '.join(key)}: {why}")
            continue
        for what, before, after, slack in compared(written[key], found[key], tolerance):
            if abs(after - before) > slack:
                line = f"{', '.join(key)}: {what} from {before:g} to {after:.4g}"
                (grown if after > before else shrunk).append(line)
    return grown, shrunk


def compared(written, found, tolerance):
    """(what, number before, number after, what may differ) of two plans."""
    for name in NUMBERS:
        yield name, written.numbers[name], found.numbers[name], 0
    for table in sorted({*written.scans, *found.scans}):
        yield f"scans of {table}", written.scans[table], found.scans[table], 0
    for table in sorted({*written.rows_read, *found.rows_read}):
        before, after = (plan.rows_read.get(table, 0) for plan in (written, found))
        yield f"rows_read of {table}", before, after, tolerance

"""Build and test what is new, and say in ten lines what came of it.

It runs `dbt build` without the unit tests. If a model fails, it tries once more with
`dbt retry`, which goes on where the build stopped. --full-refresh builds a copy of the
DuckDB file, which then takes the place of the old one: until then readers have the old
tables, and writers are refused. It needs as much free space as the file has.

Exit codes, the first that applies:
  64  the command line is wrong
   3  another program has the DuckDB file open
   4  a setting, a seed or a model failed: marts may be of different builds
   1  a law is broken: a data test failed
   5  all is built and right, but not published
   2  with --strict: a data test warns
   0  good
"""

import contextlib
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import publication
import yaml
from command_line import Parser, RawText
from compiled_models import dbt
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt_common.invocation import get_invocation_id
from project import ROOT, LockedError, RefusedError
from publish import is_in_file, publish
from tqdm import tqdm
from warehouse import database_path, first_line, is_lock

GOOD, LAW, WARNED, LOCKED, FAILED, UNPUBLISHED, USAGE = 0, 1, 2, 3, 4, 5, 64

# How many lines of the summary are of data tests.
MOST_LINES = 4

REASONS = [
    *["invalid", "duplicate", "future", "no_consent", "bot", "internal"],
    "no_session",
]


@dataclass
class Outcome:
    """What became of a build.

    statuses: the nodes by what dbt says of them: success, pass, warn, fail, error,
        skipped. Of a data test with the number of its rows.
    meanings: the comment at the head of a law that warns or failed.
    runs: the dbt runs of the build, by their invocation_id.
    log: what agg_build_log has of them, rows as dicts by column.
    error: why the build stopped, or the first error of a node; empty for none.
    is_locked: whether it stopped because another program has the DuckDB file open.
    published: where the marts are, if they were asked for; and why they are not.
    copy: what readers have there, of this build or of one before.
    """

    statuses: dict[str, dict[str, int]] = field(default_factory=dict)
    meanings: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    is_locked: bool = False
    retried: bool = False
    published: str = ""
    unpublished: str = ""
    copy: publication.Publication | None = None
    seconds: float = 0

    def add(self, ran: dbtRunnerResult) -> None:
        """Take what dbt says of each node; of one that was tried again the last."""
        self.error = str(ran.exception or "")
        self.runs.append(get_invocation_id())
        for result in getattr(ran.result, "results", []) or []:
            for nodes in self.statuses.values():
                nodes.pop(result.node.name, None)
            status = str(result.status)
            named = self.statuses.setdefault(status, {})
            named[result.node.name] = result.failures or 0
            if status in ("fail", "warn"):
                self.meanings[result.node.name] = leading_comment(result.node.raw_code)
            if status == "error" and not self.error:
                self.error = f"{result.node.name}: {result.message}"
        self.is_locked = is_lock(self.error)

    def named(self, status: str) -> dict[str, int]:
        return self.statuses.get(status, {})

    def code(self, is_strict: bool) -> int:
        """Return the exit code."""
        if self.is_locked:
            return LOCKED
        if self.error:
            return FAILED
        if self.named("fail"):
            return LAW
        if self.unpublished:
            return UNPUBLISHED
        return WARNED if is_strict and self.named("warn") else GOOD


def leading_comment(sql: str) -> str:
    """Return the first paragraph of the comment that a query begins with."""
    lines = []
    for line in sql.splitlines():
        text = line.removeprefix("--").strip()
        if text == line.strip() or not text:
            break
        lines.append(text)
    return " ".join(lines)


VERDICTS = {
    GOOD: "good",
    LAW: "a law is broken",
    WARNED: "data tests warn",
    LOCKED: "another program has the DuckDB file open: try again when it has closed it",
    FAILED: "failed",
    UNPUBLISHED: "built, and not published",
}


# ---------- the build


def run(manifest: Any, variables: dict[str, Any], is_full_refresh: bool) -> Outcome:
    """Build; a model that fails is tried once more."""
    options = ["--vars", json.dumps(variables)] if variables else []
    refresh = ["--full-refresh"] if is_full_refresh else []
    outcome = Outcome()
    with tqdm(desc="building", unit=" nodes", leave=False, disable=None) as bar:
        build = ["build", "--exclude-resource-type", "unit_test", *refresh, *options]
        outcome.add(invoke(bar, manifest, *build))
        if outcome.named("error") and not outcome.is_locked:
            bar.set_description("building what failed once more")
            outcome.retried = True
            outcome.add(invoke(bar, None, "retry"))
    return outcome


def invoke(bar: tqdm, manifest: Any, *arguments: str) -> dbtRunnerResult:
    """Run dbt in this process, while the bar says how far it is."""

    def show(event: Any) -> None:
        if event.info.name == "LogStartLine":
            bar.total = event.data.total
        elif event.info.name == "NodeFinished":
            bar.update()

    folders = ["--project-dir", str(ROOT)]
    if "DBT_PROFILES_DIR" not in os.environ:
        folders += ["--profiles-dir", str(ROOT)]
    bar.reset()
    try:
        # what dbt says is in logs/dbt.log, and what matters of it in the summary
        with contextlib.redirect_stdout(io.StringIO()):
            runner = dbtRunner(manifest=manifest, callbacks=[show])
            return runner.invoke([*arguments, "--quiet", *folders])
    finally:
        DuckDBConnectionManager.close_all_connections()


def read_log(manifest: Any, outcome: Outcome) -> list[dict[str, Any]]:
    """Return the rows of agg_build_log of a build; none if it did not come to them."""
    named = ", ".join(f"'{run}'" for run in outcome.runs)
    query = (
        "select * from {{ ref('agg_build_log') }} where invocation_id in "
        f"({named or 'null'}) order by started_at, event_source"
    )
    with tqdm(disable=True) as bar:
        shown: Any = invoke(bar, manifest, "show", "--limit", "-1", "--inline", query)
    if not shown.success:
        return []
    table = shown.result.results[0].agate_table
    return [
        dict(zip(table.column_names, row.values(), strict=True)) for row in table.rows
    ]


def check_unlocked(database: Path) -> None:
    """Refuse a DuckDB file that cannot be written now.

    Raises:
        LockedError: another program has it open.
    """
    try:
        if database.exists():
            duckdb.connect(database).close()
    except duckdb.Error as error:
        raise refusal(database, error) from None


def refusal(database: Path, error: duckdb.Error) -> RefusedError:
    """Return what to raise for a DuckDB file that cannot be opened."""
    kind = LockedError if is_lock(error) else RefusedError
    return kind(f"{database}: {first_line(error)}")


@contextmanager
def copied(database: Path) -> Iterator[None]:
    """Let the build write a copy of the DuckDB file, which takes its place if the build
    says so by leaving without an error.

    Raises:
        LockedError: another program has the file open.
    """
    # of the same name, which views and settings have of the database
    folder = database.with_name(f".{database.name}.refreshing")
    copy = folder / database.name
    kept = os.environ.get("SESSIONS_DUCKDB_PATH")
    try:
        if database.with_name(f"{database.name}.wal").exists():
            # of a killed process; it belongs into the file
            duckdb.connect(database).close()
        # Others may read, and not write: their rows would be lost with the old file.
        held = duckdb.connect(database, read_only=True)
    except duckdb.Error as error:
        raise refusal(database, error) from None
    try:
        folder.mkdir(exist_ok=True)
        shutil.copyfile(database, copy)
        os.environ["SESSIONS_DUCKDB_PATH"] = str(copy)
        yield
        duckdb.connect(copy).close()
        os.replace(copy, database)
    finally:
        held.close()
        os.environ.pop("SESSIONS_DUCKDB_PATH")
        if kept is not None:
            os.environ["SESSIONS_DUCKDB_PATH"] = kept
        shutil.rmtree(folder, ignore_errors=True)


class StoppedError(Exception):
    """The build of the copy failed: the old file stays."""


def build(
    variables: dict[str, Any], is_full_refresh: bool, target: Path | None
) -> Outcome:
    """Build and publish; return what became of it."""
    started = time.monotonic()
    options = ["--vars", json.dumps(variables)] if variables else []
    outcome = Outcome()
    try:
        manifest: Any = dbt("parse", *options).result
        is_file = is_in_file(manifest)
        if is_file and not is_full_refresh:
            check_unlocked(database_path())
        if is_full_refresh and is_file and database_path().exists():
            with copied(database_path()):
                outcome = run(manifest, variables, is_full_refresh)
                if outcome.error:
                    raise StoppedError
        else:
            outcome = run(manifest, variables, is_full_refresh)
        outcome.log = read_log(manifest, outcome)
        if target:
            publish_built(manifest, target, outcome)
    except StoppedError:
        pass
    except RefusedError as error:
        outcome.error = str(error)
        outcome.is_locked = isinstance(error, LockedError)
    if target:
        # a first copy may fail, and one of an older version has no age
        with contextlib.suppress(RefusedError):
            outcome.copy = publication.read(target)
    outcome.seconds = time.monotonic() - started
    return outcome


def publish_built(manifest: Any, target: Path, outcome: Outcome) -> None:
    """Publish what has been built, if it has been and no law is broken."""
    if outcome.error or outcome.named("fail"):
        outcome.unpublished = "readers keep what was published before"
    else:
        try:
            publish(manifest, target)
            outcome.published = str(target)
        except RefusedError as error:
            outcome.unpublished = str(error)


# ---------- what came of it


def summary(outcome: Outcome, code: int) -> list[str]:
    """Return the lines that a person reads."""
    built, passed = len(outcome.named("success")), len(outcome.named("pass"))
    again = ", after a second try" if outcome.retried else ""
    lines = [f"{VERDICTS[code]}, {outcome.seconds:.0f} s{again}"]
    if outcome.error:
        lines.append(" ".join(outcome.error.split())[:300])
    if outcome.statuses:
        lines.append(
            f"{built} tables, views and seeds built, {passed} data tests passed"
        )
    lines += changes(outcome.log)
    tests = []
    for status, told in (("fail", "broken"), ("warn", "warns")):
        for name, rows in sorted(outcome.named(status).items()):
            meaning = outcome.meanings[name].partition(". ")[0].rstrip(".")
            found = f"{name}, {named(rows, 'row')}"
            tests.append(
                f"{told}: {found}{': ' if meaning else ''}{meaning}; "
                f"type: .venv/bin/dbt show --select {name}"
            )
    if len(tests) > MOST_LINES:
        left_out = len(tests) - MOST_LINES + 1
        tests[MOST_LINES - 1 :] = [f"{left_out} more are broken or warn"]
    lines += tests
    if outcome.published:
        lines.append(f"published in {outcome.published}")
    elif outcome.unpublished:
        lines.append(f"not published: {outcome.unpublished}")
    elif outcome.copy:
        lines.append("not published")
    if outcome.copy:
        lines[-1] += f"; what readers have was {outcome.copy.told()}"
    return lines


def named(number: int, thing: str) -> str:
    """Return a number of things in words."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def changes(log: list[dict[str, Any]]) -> list[str]:
    """Return the lines of what a build has read and changed, by the rows of its log."""

    def total(column: str) -> int:
        return sum(int(row[column] or 0) for row in log)

    if not log:
        return []
    reasons = [
        f"{total(f'{reason}_count'):,} {reason}"
        for reason in REASONS
        if total(f"{reason}_count")
    ]
    lines = [
        f"{named(total('read_count'), 'row')} read, {total('kept_count'):,} kept, "
        f"{total('excluded_count'):,} excluded"
        f"{': ' if reasons else ''}{', '.join(reasons)}"
    ]
    if any(row["is_full_refresh"] for row in log):
        lines.append(f"{named(total('session_added_count'), 'session')} rebuilt")
    elif any(row["session_added_count"] is not None for row in log):
        lines.append(
            f"{named(total('session_added_count'), 'session')} added, "
            f"{total('session_changed_count'):,} changed, "
            f"{total('session_removed_count'):,} removed"
        )
    return lines


def tests_with_meanings(outcome: Outcome, status: str) -> list[dict[str, Any]]:
    """Return the data tests of a status, each with what it means."""
    return [
        {"name": name, "rows": rows, "meaning": outcome.meanings[name]}
        for name, rows in sorted(outcome.named(status).items())
    ]


def as_json(outcome: Outcome, code: int) -> str:
    """Return the same for an alert that reads it."""
    return json.dumps(
        {
            "exit_code": code,
            "verdict": VERDICTS[code],
            "seconds": round(outcome.seconds, 1),
            "retried": outcome.retried,
            "error": outcome.error or None,
            "nodes": {status: len(all_) for status, all_ in outcome.statuses.items()},
            "broken": tests_with_meanings(outcome, "fail"),
            "warnings": tests_with_meanings(outcome, "warn"),
            "log": outcome.log,
            "published": outcome.published or None,
            "not_published": outcome.unpublished or None,
            "readers_have": as_dict(outcome.copy),
        },
        indent=2,
        default=as_plain,
    )


def as_dict(copy: publication.Publication | None) -> dict[str, Any] | None:
    """Return what readers have, with its age in hours; nothing for no copy."""
    if not copy:
        return None
    age = copy.age()
    return {
        **vars(copy),
        "age_hours": round(age.total_seconds() / 3600, 2) if age is not None else None,
    }


def as_plain(value: Any) -> Any:
    """Return a number or a time of the warehouse as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = Parser("build", description=__doc__, formatter_class=RawText)
    parser.usage_code = USAGE
    parser.add_argument(
        "--publish",
        metavar="TARGET",
        type=Path,
        help="then copy the marts there, as scripts/publish does",
    )
    parser.add_argument(
        "--full-refresh", action="store_true", help="read all raw rows again"
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 2 if a data test warns"
    )
    parser.add_argument(
        "--vars", metavar="YAML", default="{}", help="variables, as dbt takes them"
    )
    parser.add_argument(
        "--json", metavar="FILE", type=Path, help="write the outcome there too"
    )
    asked = parser.parse_args(arguments)
    try:
        variables = yaml.safe_load(asked.vars)
    except yaml.YAMLError:
        variables = None
    if not isinstance(variables, dict):
        parser.error("--vars is no YAML of names and values; type '{NAME: VALUE}'")
    outcome = build(variables, asked.full_refresh, asked.publish)
    code = outcome.code(asked.strict)
    for line in summary(outcome, code):
        print(f"build: {line}", file=sys.stderr if code else sys.stdout)
    if asked.json:
        asked.json.write_text(as_json(outcome, code) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

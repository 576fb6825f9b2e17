"""A folder where dbt builds a DuckDB file while its seconds and scans are counted."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import warehouse
from project import ROOT, RefusedError

COLUMNS = ", ".join(warehouse.COLUMNS)
VIEWS = "(views)"
Result = TypeVar("Result")

# By model, "schema.table" and number of columns read.
Scans: TypeAlias = Counter[tuple[str, str, int]]


class Lab:
    """A folder, the DuckDB file in it that dbt works on, and dbt's settings for it.

    warehouse.connect() opens that file too.

    folder: the folder.
    memory: the most that DuckDB may take, such as 8GB; its own default without it.

    Attributes:
        used: what dbt took when it ran last.
    """

    def __init__(self, folder: Path, memory: str | None = None) -> None:
        self.folder = folder
        self.used = Usage(0, 0, 0)
        # One path for all runs: dbt parses anew when it changes, and views in the file
        # name the database, which is called like the file.
        self.database = folder / "sessions.duckdb"
        os.environ["SESSIONS_DUCKDB_PATH"] = str(self.database)
        # DuckDB then writes a profile of each statement to stderr.
        profiling = {"profiling_coverage": "ALL", "enable_profiling": "json"}
        limit = {"memory_limit": memory} if memory else {}
        outputs = {
            output: {
                "type": "duckdb",
                "path": str(self.database),
                "threads": 1,  # one model at a time; DuckDB itself uses all cores
                "settings": {"TimeZone": "UTC"} | limit | settings,
            }
            for output, settings in [("timed", {}), ("profiled", profiling)]
        }
        profile = {"sessions": {"target": "timed", "outputs": outputs}}
        (folder / "profiles.yml").write_text(json.dumps(profile))

    def receive(self, history: Path, files: Iterable[Path]) -> None:
        """Put a copy of the history in place, with the rows of Parquet files added."""
        copy_into_memory(history, self.database)
        with warehouse.connect() as connection:
            connection.execute(
                f"insert into events select {COLUMNS} from read_parquet($files) "
                "order by loaded_at",
                {"files": [str(file) for file in files]},
            )

    def drop_models(self) -> None:
        """Drop what dbt made, so that each full refresh begins alike."""
        with warehouse.connect() as connection:
            made = connection.execute(
                "select table_schema, table_name, table_type "
                "from information_schema.tables "
                "where table_catalog = current_database() and table_schema <> 'raw'"
            ).fetchall()
            for schema, name, kind in made:
                kind = "view" if kind == "VIEW" else "table"
                connection.execute(f'drop {kind} "{schema}"."{name}"')

    def seconds(self, *arguments: str) -> Counter[str]:
        """Run dbt; return the seconds by model, all views under VIEWS.

        Raises:
            RefusedError: dbt failed.
        """
        self.dbt(*arguments, output="timed")
        target = self.folder / "timed"
        nodes = json.loads((target / "manifest.json").read_text())["nodes"]
        results = json.loads((target / "run_results.json").read_text())["results"]
        seconds: Counter[str] = Counter()
        for result in results:
            node = nodes.get(result["unique_id"], {})
            if node.get("resource_type") == "model":
                is_view = node["config"]["materialized"] == "view"
                name = VIEWS if is_view else node["name"]
                seconds[name] += result["execution_time"]
        return seconds

    def scans(self, *arguments: str) -> tuple[Scans, Scans]:
        """Run dbt; return the scans of tables by its models, as scans_of does.

        Raises:
            RefusedError: dbt failed.
        """
        return scans_of(self.dbt(*arguments, output="profiled"))

    def dbt(self, *arguments: str, output: str) -> str:
        """Run dbt and return what was written to stderr.

        Raises:
            RefusedError: dbt failed.
        """
        errors = self.folder / "stderr"
        dbt = Path(sys.executable).with_name("dbt")
        options = ["--target", output, "--target-path", str(self.folder / output)]
        theirs = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
        ours = {
            "DBT_PROFILES_DIR": str(self.folder),
            "DBT_LOG_PATH": str(self.folder),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_USE_COLORS": "false",
        }
        os.sync()  # what was written so far is not written while time is taken
        command = [str(dbt), *arguments, "--quiet", *options]
        self.used = run(command, errors, theirs | ours).usage
        return errors.read_text(errors="replace")


def copy_into_memory(source: Path, target: Path) -> None:
    """Copy a file so that the copy, and not the source, stays in the page cache.

    A database that is built every hour is found there, however long its history. Beside
    its source a long one would not fit, and the disk would be measured.
    """
    with open(source, "rb") as reader, open(target, "wb") as writer:
        while chunk := reader.read(1 << 26):
            writer.write(chunk)
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(reader.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@dataclass(frozen=True)
class Usage:
    """What a process took together with those that it started.

    cpu, clock: seconds; of all cores, and passed.
    memory: the most bytes at once. A process that is started from a large one is said
        to be as large: what needs memory has to run in a process of its own.
    """

    cpu: float
    clock: float
    memory: int


@dataclass(frozen=True)
class Ended:
    """A command that succeeded: what it printed, and what it took."""

    said: str
    usage: Usage


def run(
    command: Sequence[str | Path],
    errors: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Run a command, its stderr going to a file or, without one, to the terminal.

    Raises:
        RefusedError: it failed; the text has what it said last.
    """
    started = time.monotonic()
    with open(errors, "wb") if errors else contextlib.nullcontext() as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr
        )
        assert process.stdout
        try:
            said = process.stdout.read().decode(errors="replace").strip()
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        if errors and not said:
            said = errors.read_text(errors="replace").strip()
        name = " ".join(Path(part).name for part in command[:2])
        raise RefusedError(
            f"{name} failed; put right what it says, then type the same again:\n"
            + said[-2_000:]
        )
    memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu, clock = used.ru_utime + used.ru_stime, time.monotonic() - started
    return Ended(said, Usage(cpu, clock, memory))


def in_own_process(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function of a module where what memory it takes is given back."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def teller(events: int) -> Callable[..., None]:
    """Return a function that says on stderr which step begins, and after what time."""
    started = time.monotonic()

    def say(step: str, number: int = 1, of: int = 1) -> None:
        which = f", {number} of {of}" if of > 1 else ""
        begun = f"{events:,} events, {time.monotonic() - started:,.0f} s"
        print(f"benchmark: {begun}: {step}{which}", file=sys.stderr, flush=True)

    return say


def scans_of(profiles: str) -> tuple[Scans, Scans]:
    """Read the scans of tables by models from DuckDB's profiles, see statements_of.

    Returns:
        Two Counters by (model, "schema.table", number of columns read): the rows read,
        which are all rows of the row groups that a scan cannot skip, and the scans.
    """
    rows: Scans = Counter()
    scans: Scans = Counter()
    for model, profile in statements_of(profiles):
        for operator in operators_of(profile):
            about = operator.get("extra_info", {})
            if model and "Table" in about:
                columns = about.get("Projections", [])
                width = 1 if isinstance(columns, str) else len(columns)
                scan = model, about["Table"].partition(".")[2], width
                rows[scan] += operator["operator_rows_scanned"]
                scans[scan] += 1
    return rows, scans


def statements_of(profiles: str) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Yield DuckDB's profiles of statements, JSON with other text between.

    dbt names the model in a comment before the first of the statements it sends at
    once; the next ones belong to it too, as models run one at a time.

    Yields:
        The model, None where it is none, and the profile.
    """
    model = None
    decoder, position = json.JSONDecoder(strict=False), profiles.find("{\n")
    while position >= 0:
        profile, position = decoder.raw_decode(profiles, position)
        query = profile["query_name"].lstrip()
        if query.startswith("/*"):
            node = re.search(r'"node_id": "model\.[^".]+\.([^"]+)"', query)
            model = node[1] if node else None
        yield model, profile
        position = profiles.find("{\n", position)


def operators_of(profile: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a profile and all operators below it."""
    yield profile
    for child in profile["children"]:
        yield from operators_of(child)

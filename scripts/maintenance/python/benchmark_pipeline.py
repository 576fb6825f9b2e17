"""What the whole pipeline costs, beside the same job by hand.

Each row of the report is a process of its own: CPU seconds of user and system, seconds
by the clock, and the most memory that it held. Rows are measured in turns, all of them
in each round, so that a disturbance hits all alike.

They are a full refresh of everything, and of sessions and events alone; the textbook,
the same job by hand in SQL, Polars and pandas; a sort of the narrowest key and a copy
of the raw events; a day's batch on that history; dbt run and dbt test with nothing
new; and twelve questions, asked of the marts and of the raw events. Before that,
sessions and answers are compared, and the exit code is 1 where they differ by more than
the report explains. Polars and pandas are skipped where no environment of the project
has them.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import benchmark_incremental as incremental
import benchmark_report
from benchmark_lab import (
    Ended,
    Lab,
    Usage,
    copy_into_memory,
    in_own_process,
    run,
    teller,
)
from benchmark_questions import QUESTIONS
from benchmark_report import Measured, memory_here
from project import ROOT, RefusedError
from warehouse import connect

HERE = Path(__file__).parent
TASKS, FRAMES = HERE / "benchmark_tasks.py", HERE / "benchmark_frames.py"

# Bytes that an event takes in memory, measured with the events of the generator.
FRAME_BYTES = {"polars": 2_000, "pandas": 2_000}
IMPORTS = {"polars": "import polars", "pandas": "import pandas, pyarrow"}

PIECES, HUGE_MEMORY = 10, "8GB"


class Bench:
    """A folder in which the rows of one size are measured.

    lab: where dbt builds.
    events: about how many.
    days: how many days they span.
    pieces: in how many parts they are made and loaded.
    memory: the memory_limit of DuckDB.
    """

    def __init__(
        self,
        lab: Lab,
        events: int,
        days: int,
        pieces: int = 1,
        memory: str | None = None,
    ) -> None:
        self.lab, self.memory = lab, memory
        self.folder = lab.folder / f"size_{events}"
        self.folder.mkdir()
        self.loaded = self.folder / "loaded.duckdb"
        self.say = teller(events)
        self.frames = interpreters()
        self.measured = Measured(self.make(events, days, pieces), memory)
        for package, needed in FRAME_BYTES.items():
            if package not in self.frames:
                self.measured.skipped[package] = (
                    f"{package} is in no environment here; type: python3 -m venv "
                    f".venv-frames && .venv-frames/bin/pip install {package} pyarrow"
                )
            elif self.measured.events * needed > memory_here():
                del self.frames[package]
                self.measured.skipped[package] = (
                    f"{self.measured.events * needed / 1e9:.0f} GB would not fit into "
                    f"the {memory_here() / 1e9:.0f} GB of memory here"
                )

    def make(self, events: int, days: int, pieces: int) -> int:
        """Load made-up shops, one after another; return the number of events."""
        count, piece_days = 0, max(3, days // pieces)
        shop = self.folder / "shop.parquet"
        for piece in range(pieces):
            self.say("making and loading events", piece + 1, pieces)
            start = incremental.START + timedelta(piece * piece_days)
            incremental.make_shop(shop, events // pieces, piece_days, start, piece + 1)
            count += in_own_process(load, shop, piece_days, start)
            shop.unlink()
        self.lab.dbt("seed", output="timed")
        self.lab.database.replace(self.loaded)
        return count

    def begin(self) -> None:
        """Let dbt build anew from the raw events alone."""
        copy_into_memory(self.loaded, self.lab.database)

    def dbt(self, *arguments: str) -> Usage:
        self.lab.dbt(*arguments, output="timed")
        return self.lab.used

    def task(self, name: str, database: Path | None = None) -> Ended:
        """Do a task of benchmark_tasks.py on what is loaded, or on another file."""
        limit = [self.memory] if self.memory else []
        file = database or self.loaded
        return run([sys.executable, TASKS, name, file, self.folder, *limit])

    def frame(self, package: str) -> Usage:
        """Do the textbook in Polars or pandas."""
        results = self.folder / package
        results.mkdir(exist_ok=True)
        events = self.folder / "events.parquet"
        return run([self.frames[package], FRAMES, package, events, results]).usage

    # ---------- what is measured

    def everything(self) -> None:
        self.begin()
        self.add("everything", self.dbt("run", "--full-refresh"))

    def nothing_new(self) -> None:
        self.add("nothing new", self.dbt("run"))
        no_units = ["--exclude-resource-type", "unit_test"]
        self.add("data tests", self.dbt("test", *no_units))

    def questions(self) -> None:
        for kind in ("marts", "raw"):
            ended = self.task(kind, self.lab.database)
            self.add(f"questions of {kind}", ended.usage)
            for question, seconds in zip(
                QUESTIONS, json.loads(ended.said), strict=True
            ):
                asked = self.measured.asked.setdefault(question.title, {})
                asked.setdefault(kind, []).append(tuple(seconds))

    def sessions_and_events(self) -> None:
        self.begin()
        select = ["--select", "+fct_sessions", "+fct_events"]
        self.add("sessions and events", self.dbt("run", "--full-refresh", *select))

    def textbooks(self) -> None:
        self.add("SQL", self.task("textbook").usage)
        for package in self.frames:
            self.add(package, self.frame(package))

    def floors(self) -> None:
        for name in ("sort", "copy"):
            self.add(name, self.task(name).usage)
            (self.folder / f"{name}.duckdb").unlink()

    def batches(self, days: int, rounds: int) -> None:
        """Measure batches on a history as the sub-command incremental does."""
        settings = argparse.Namespace(
            days=days, repetitions=rounds, refreshes=1, keep=None
        )
        figures = incremental.measure(self.lab, self.measured.events, settings, None)
        for kind in (incremental.DAY, incremental.LATE):
            self.measured.used[kind] = figures.used[kind]

    def add(self, row: str, usage: Usage) -> None:
        self.measured.used.setdefault(row, []).append(usage)

    # ---------- before anything is timed

    def compare(self) -> None:
        """Build once, and compare it with the textbooks.

        Raises:
            RefusedError: they are further apart than the report explains.
        """
        self.say("comparing the models with the textbooks")
        self.everything()
        if self.frames:
            self.task("export")
        self.textbooks()
        self.measured.used.clear()
        found = json.loads(self.task("compare_sessions", self.lab.database).said)
        for textbook, rows in found.items():
            self.measured.compared[textbook] = [tuple(row[:3]) for row in rows]
            refuse_unless_alike(textbook, rows)
        answers = json.loads(self.task("compare_answers", self.lab.database).said)
        for question, (title, apart) in zip(QUESTIONS, answers, strict=True):
            if apart > question.tolerance:
                raise RefusedError(
                    f"{title}: the answers of the marts and of the raw events are "
                    f"{apart:.1%} apart, and may be {question.tolerance:.0%}"
                )


def refuse_unless_alike(textbook: str, rows: Iterable[Any]) -> None:
    """Stop where the sessions of a textbook are too many or too few.

    Raises:
        RefusedError: they are.
    """
    for what, ours, theirs, agrees in rows:
        if not agrees:
            raise RefusedError(
                f"the textbook in {textbook} makes other sessions than the models: "
                f"{what}: {ours:,.0f} and {theirs:,.0f}; seconds would not compare"
            )


def load(shop: Path, days: int, start: Any) -> int:
    """Add a shop to raw.events; return the number of rows."""
    with connect() as connection:
        count = incremental.load_history(connection, shop, days, start)
        connection.execute("checkpoint")
    return count


def interpreters() -> dict[str, Path]:
    """Return for each package a Python of one of the project's environments with it."""
    found = {}
    for package, code in IMPORTS.items():
        for python in [Path(sys.executable), *sorted(ROOT.glob(".venv*/bin/python"))]:
            if not subprocess.run([python, "-c", code], capture_output=True).returncode:
                found[package] = python
                break
    return found


# ---------- the sub-command


def measure_size(
    lab: Lab, events: int, asked: argparse.Namespace, rounds: int
) -> Measured:
    """Return what is measured at one size."""
    bench = Bench(lab, events, asked.days)
    bench.compare()
    steps: list[tuple[str, Callable[[], None]]] = [
        ("full refresh of everything", bench.everything),
        ("dbt run and dbt test with nothing new", bench.nothing_new),
        ("twelve questions of the marts and of raw events", bench.questions),
        ("full refresh of sessions and events", bench.sessions_and_events),
        ("the textbook", bench.textbooks),
        ("a sort and a copy", bench.floors),
    ]
    for number in range(1, rounds + 1):
        for text, step in steps:
            bench.say(text, number, rounds)
            step()
    shutil.rmtree(bench.folder)
    lab.database.unlink(missing_ok=True)
    bench.batches(asked.days, rounds)
    return bench.measured


def measure_huge(lab: Lab, events: int, asked: argparse.Namespace) -> Measured:
    """Return what a size beyond the memory takes, once."""
    bench = Bench(lab, events, asked.days, PIECES, HUGE_MEMORY)
    bench.measured.skipped = {
        package: f"{package}, which takes no limit of memory" for package in FRAME_BYTES
    }
    bench.say(f"full refresh of everything in {HUGE_MEMORY}")
    bench.lab.database.unlink(missing_ok=True)
    bench.loaded.replace(bench.lab.database)  # one file: there is no room for two
    bench.add("everything", bench.dbt("run", "--full-refresh"))
    bench.say(f"the textbook in {HUGE_MEMORY}")
    bench.add("SQL", bench.task("textbook", bench.lab.database).usage)
    found = bench.task("compare_sessions", bench.lab.database).said
    for textbook, rows in json.loads(found).items():
        bench.measured.compared[textbook] = [tuple(row[:3]) for row in rows]
        refuse_unless_alike(textbook, rows)
    shutil.rmtree(bench.folder)
    return bench.measured


def pipeline(lab: Lab, asked: argparse.Namespace) -> None:
    """Measure, and print or write the report, which grows with each size.

    Raises:
        RefusedError: a file cannot be written, a command failed, or results differ.
    """
    for file in filter(None, (asked.output, asked.json)):
        if not file.absolute().parent.is_dir():
            raise RefusedError(f"{file} has no folder; name a file in one that exists")
    surroundings = benchmark_report.surroundings()
    for package, python in interpreters().items():
        code = f"import {package}; print({package}.__version__)"
        surroundings[package] = run([python, "-c", code]).said
    measured = []
    if asked.earlier:
        measured += benchmark_report.from_json(asked.earlier.read_text())
    for events in [asked.huge] if asked.huge else sorted(set(asked.events)):
        if asked.huge:
            measured.append(measure_huge(Lab(lab.folder, HUGE_MEMORY), events, asked))
        else:
            measured.append(measure_size(lab, events, asked, asked.rounds))
        if asked.json:
            asked.json.write_text(benchmark_report.as_json(measured, surroundings))
        if asked.output:
            asked.output.write_text(benchmark_report.markdown(measured, surroundings))
    if not asked.output:
        print(benchmark_report.markdown(measured, surroundings))

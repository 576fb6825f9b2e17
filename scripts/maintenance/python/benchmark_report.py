"""What the benchmark measured, as Markdown and as JSON."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmark_incremental import DAY, LATE
from benchmark_lab import Usage
from project import ROOT

PAGE = Path(__file__).with_name("benchmark_page.md")
TEXTBOOK = "SQL"

# The rows in order: what each is called, and what it is.
ROWS = {
    "everything": (
        "full refresh of everything",
        "`dbt run --full-refresh` of all models from `raw.events`, which is loaded, as "
        "are the seeds.",
    ),
    "sessions and events": (
        "full refresh of sessions and events",
        "The same up to `fct_sessions` and `fct_events`: "
        "`--select +fct_sessions +fct_events`.",
    ),
    TEXTBOOK: (
        "textbook, SQL",
        "The same job by hand, `benchmark_textbook.sql`: deduplicate, parse host, path "
        "and tags by regular expressions, leave out robots, start a session after half "
        "an hour, at midnight and with a new source, group into a table of sessions.",
    ),
    "polars": ("textbook, Polars", "The same in Polars, from and to Parquet."),
    "pandas": ("textbook, pandas", "The same in pandas, from and to Parquet."),
    "sort": (
        "a sort",
        "The floor of sessionization: a hash of the visitor and `event_at`, sorted and "
        "written.",
    ),
    "copy": (
        "a copy",
        "The floor of any model of events: all columns of `raw.events`, written to "
        "another table.",
    ),
    DAY: (
        "a day's batch",
        "`dbt run` with the next day's events, after a history of this size; "
        "`benchmark incremental` has it by model.",
    ),
    LATE: ("the same, with a straggler", "With one event more, of long before."),
    "nothing new": (
        "dbt run with nothing new",
        "What a build costs before it finds an event: start-up, some sixty views, and "
        "the conditions of every table.",
    ),
    "data tests": (
        "dbt test",
        "All data tests, which `dbt build` runs after the models; most read whole "
        "tables.",
    ),
    "questions of marts": (
        "twelve questions of the marts",
        "Typical queries of a BI tool, listed below, one after another.",
    ),
    "questions of raw": (
        "the same of raw events",
        "The same answers from `raw.events`: each question makes its sessions itself.",
    ),
}


@dataclass
class Measured:
    """What was measured at one size.

    events: rows of raw.events.
    memory: the memory_limit, if there was one.
    used: by row of the report, once per round.
    skipped: why a row is missing.
    compared: by textbook, rows of (what, the models' number, its number).
    asked: by question, of marts and of raw, seconds as (CPU, clock) of each round.
    """

    events: int
    memory: str | None = None
    used: dict[str, list[Usage]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    compared: dict[str, list[tuple[str, float, float]]] = field(default_factory=dict)
    asked: dict[str, dict[str, list[tuple[float, float]]]] = field(default_factory=dict)


def markdown(measured: Iterable[Measured], surroundings: dict[str, str]) -> str:
    """Return the page; without anything measured it says what its rows will be."""
    sizes = "\n".join(map(size_section, measured))
    if sizes:
        facts = "".join(f"| {key} | {text} |\n" for key, text in surroundings.items())
        sizes = f"| measured | |\n|---|---|\n{facts}\n{sizes}"
    rows = "\n".join(f"| {title} | {text} |" for title, text in ROWS.values())
    sizes = sizes or "Nothing is recorded here yet.\n"
    return PAGE.read_text().format(sizes=sizes, rows=rows)


def size_section(measured: Measured) -> str:
    """Return the tables of one size."""
    limit = f", `memory_limit: {measured.memory}`" if measured.memory else ""
    lines = [
        f"## {measured.events:,} events{limit}\n",
        "| row | CPU s | clock s | memory GB | CPU / textbook |",
        "|---|---:|---:|---:|---:|",
    ]
    textbook = measured.used.get(TEXTBOOK)
    for row, (title, _) in ROWS.items():
        if row in measured.used:
            lines.append(usage_line(title, measured.used[row], textbook))
    lines += [f"\nNot measured: {text}." for text in measured.skipped.values()]
    lines.append("\n| compared with | what | models | textbook |\n|---|---|---:|---:|")
    lines += [
        f"| {name} | {what} | {ours:,.0f} | {theirs:,.0f} |"
        for name, rows in measured.compared.items()
        for what, ours, theirs in rows
    ]
    if measured.asked:
        lines.append(
            "\n| question | marts, clock s | raw events, clock s | raw / marts |\n"
            "|---|---:|---:|---:|"
        )
    for title, asked in measured.asked.items():
        marts, raw = ([clock for _, clock in asked[kind]] for kind in ("marts", "raw"))
        ratio = median(raw) / max(median(marts), 1e-4)
        lines.append(
            f"| {title} | {spread(marts, 3)} | {spread(raw, 3)} | {ratio:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def usage_line(title: str, used: list[Usage], textbook: list[Usage] | None) -> str:
    """Return one line of the table of a size."""
    cpu = [each.cpu for each in used]
    clock = [each.clock for each in used]
    memory = [each.memory / 1e9 for each in used]
    ratio = ""
    if textbook:
        ratio = f"{median(cpu) / median(each.cpu for each in textbook):.2f}"
    return (
        f"| {title} | {spread(cpu, 1)} | {spread(clock, 1)} | {spread(memory, 2)} "
        f"| {ratio} |"
    )


def spread(numbers: list[float], digits: int) -> str:
    """Return the median and, of several numbers, the least and the most."""
    text = f"{median(numbers):,.{digits}f}"
    if len(numbers) > 1:
        text += f" ({min(numbers):,.{digits}f}–{max(numbers):,.{digits}f})"
    return text


def as_json(measured: Iterable[Measured], surroundings: dict[str, str]) -> str:
    """Return all that was measured, each round by itself."""
    sizes = [asdict(each) for each in measured]
    return json.dumps({"surroundings": surroundings, "sizes": sizes}, indent=2) + "\n"


def from_json(text: str) -> list[Measured]:
    """Return what an earlier run has measured."""
    return [
        Measured(
            **each
            | {
                "used": {
                    row: [Usage(**usage) for usage in used]
                    for row, used in each["used"].items()
                }
            }
        )
        for each in json.loads(text)["sizes"]
    ]


def surroundings() -> dict[str, str]:
    """Return where and with what is measured, before it begins."""
    packages = ["duckdb", "dbt-core", "dbt-duckdb"]
    load, *_ = os.getloadavg()
    memory = f"{memory_here() / 1e9:.0f} GB"
    return {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "machine": f"{os.cpu_count()} cores, {memory}, {processor()}",
        "load before it began": f"{load:.1f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def processor() -> str:
    """Return the name of the processor as well as the system knows it."""
    file = Path("/proc/cpuinfo")
    if file.exists():
        for line in file.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def commit() -> str:
    """Return the commit that is measured, and whether files differ from it."""
    said = []
    for command in (["rev-parse", "--short", "HEAD"], ["status", "--short", "-uno"]):
        ran = subprocess.run(
            ["git", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            return "unknown"
        said.append(ran.stdout.strip())
    return said[0] + (" with changes" if said[1] else "")


def memory_here() -> int:
    """Return the bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
